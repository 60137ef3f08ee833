package io.klog;

/**
 * What a backup has copied.
 *
 * @param commitId of the newest commit that the copy has
 * @param topics how many
 * @param records of all topics
 * @param bytes that the copy takes
 */
public record Backup(long commitId, int topics, long records, long bytes) {}

package io.klog;

/**
 * Where a consumer group goes on in a partition.
 *
 * @param offset the offset of the next record to read
 */
public record GroupPosition(String group, Topic topic, int partition, long offset) {}

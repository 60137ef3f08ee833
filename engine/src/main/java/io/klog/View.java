package io.klog;

/**
 * A query that was given a name. The store keeps it, and knows nothing of what it means.
 *
 * @param name as written when it was created; no topic and no other view has it, whatever the case
 * @param sql the statement that creates it
 */
public record View(String name, String sql) {}

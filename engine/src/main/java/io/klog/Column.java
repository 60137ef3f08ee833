package io.klog;

/**
 * A column that a topic declares beside those that every topic has. The store keeps it, and knows
 * nothing of what it means: that is for the layer above.
 *
 * @param name as written when it was declared; unlike the others' whatever the case
 * @param type in SQL's words: {@code DECIMAL(10, 2)}
 * @param isKey whether the record's key has its value
 * @param isNullable whether a record may be written without a value for it
 */
public record Column(String name, String type, boolean isKey, boolean isNullable) {}

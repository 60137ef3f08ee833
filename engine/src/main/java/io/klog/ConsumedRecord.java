package io.klog;

import org.jspecify.annotations.Nullable;

/**
 * A record that a {@link Consumer} read.
 *
 * @param timestamp the create time in ms since the epoch
 * @param key the record's own copy, or null
 * @param value the record's own copy, or null
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ConsumedRecord(
    Topic topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers) {}

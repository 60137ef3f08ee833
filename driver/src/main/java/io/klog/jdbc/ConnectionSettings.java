package io.klog.jdbc;

import io.klog.SyncLevel;

/**
 * What a URL and the properties beside it ask for.
 *
 * @param url as given
 * @param location a path, or {@code mem:name}
 * @param busyTimeoutMillis how long to wait for another writer; 0 for not at all
 * @param maxRecordBytes the longest record that may be inserted
 * @param exclusive whether no other process may have the file open for writing
 */
record ConnectionSettings(
    String url,
    String location,
    SyncLevel sync,
    OpenMode mode,
    int busyTimeoutMillis,
    int maxRecordBytes,
    boolean exclusive) {}

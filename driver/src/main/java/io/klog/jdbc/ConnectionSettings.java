package io.klog.jdbc;

import io.klog.SyncLevel;
import io.klog.sql.SessionSettings;

/**
 * What a URL and the properties beside it ask for.
 *
 * @param url as given
 * @param location a path, or {@code mem:name}
 * @param busyTimeoutMillis how long to wait for another writer; 0 for not at all
 * @param maxRecordBytes the longest record that may be inserted
 * @param exclusive whether no other process may have the file open for writing
 * @param session what the connection's session begins with, and RESET goes back to
 */
record ConnectionSettings(
    String url,
    String location,
    SyncLevel sync,
    OpenMode mode,
    int busyTimeoutMillis,
    int maxRecordBytes,
    boolean exclusive,
    SessionSettings session) {}

package io.klog.engine;

/**
 * A place between two commit records.
 *
 * @param extent of the commit log
 * @param offset within the extent, in bytes
 * @param chain the checksum of the record before; what the next record's checksum begins with
 * @param commitId of the last commit before
 * @param timestamp of that commit, ms since the epoch
 */
record LogPosition(Extent extent, long offset, int chain, long commitId, long timestamp) {
  /** In the file, of the next record. */
  long position() {
    return extent.position() + offset;
  }
}

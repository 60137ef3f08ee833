package io.klog.jdbc;

/** What a connection may do with the file. */
enum OpenMode {
  /** Read, write, and create the file where there is none. */
  RWC,
  /** Read and write a file that is there. */
  RW,
  /** Read a file that is there. */
  RO
}

package io.klog.engine;

/**
 * A run of pages of the file.
 *
 * @param position in bytes, a multiple of {@link #PAGE}
 * @param length in bytes, a multiple of {@link #PAGE}
 */
record Extent(long position, long length) {
  /** Bytes of a page. */
  static final int PAGE = 4096;

  Extent {
    assert position >= 0 && position % PAGE == 0 && length > 0 && length % PAGE == 0
        : position + "+" + length;
  }

  long end() {
    return position + length;
  }

  /** The bytes rounded up to whole pages. */
  static long pages(long bytes) {
    return (bytes + PAGE - 1) / PAGE * PAGE;
  }
}

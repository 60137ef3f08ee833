package io.klog.engine;

import java.io.IOException;

/** 64-bit words of a page that several processes read and write, by their place in the page. */
final class PageWords {
  private final StorageFile file;
  // Of the page in the file.
  private final long position;
  // Set once, by anybody; read by anybody.
  private volatile boolean broken;

  PageWords(StorageFile file, long position) {
    this.file = file;
    this.position = position;
  }

  /** Whether the file is long enough to have the page. */
  boolean exist() throws IOException {
    return file.size() >= position + Extent.PAGE;
  }

  /**
   * Whether a write failed, twice, that may have written a part: what the page says is not to be
   * believed any more.
   */
  boolean areBroken() {
    return broken;
  }

  long read(int at) throws IOException {
    byte[] word = new byte[Long.BYTES];
    read(at, word);
    return LittleEndian.getLong(word, 0);
  }

  void read(int at, byte[] words) throws IOException {
    file.read(position + at, words, 0, words.length);
  }

  void write(int at, byte[] words) throws IOException {
    boolean written = false;
    try {
      file.write(position + at, words, 0, words.length);
      written = true;
    } catch (IOException e) {
      file.write(position + at, words, 0, words.length);
      written = true;
    } finally {
      if (!written) {
        broken = true;
      }
    }
  }

  /** Where it does not matter when it fails. */
  void writeOnce(int at, long value) throws IOException {
    byte[] word = new byte[Long.BYTES];
    LittleEndian.putLong(word, 0, value);
    file.write(position + at, word, 0, word.length);
  }
}

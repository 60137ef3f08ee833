package io.klog.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Who has the file open for writing: for the message that another gets, and to notice that the lock
 * was lost. In the third page, which is kept for words that processes share; zero when nobody has
 * the file open for writing.
 *
 * <pre>
 * OwnerNote => Token Length Text
 *   Token  : u64, random, of this opening
 *   Length : u16, of the text in bytes
 *   Text   : UTF-8, who it is
 * </pre>
 *
 * A process loses its locks on a file when anything in it, such as a copy of the file, opens and
 * closes the file once more; Java has no way to tell. Another process may then open the file, and
 * leaves a token of its own here.
 */
final class OwnerNote {
  private static final int TOKEN = 0;
  private static final int LENGTH = TOKEN + Long.BYTES;
  private static final int TEXT = LENGTH + Short.BYTES;
  private static final int END = 256;

  private static final long POSITION = 2L * Extent.PAGE;

  private final StorageFile file;
  private final long token;

  OwnerNote(StorageFile file, long token) {
    this.file = file;
    this.token = token;
  }

  void write() throws IOException {
    byte[] note = new byte[END];
    byte[] text = ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
    LittleEndian.putLong(note, TOKEN, token);
    note[LENGTH] = (byte) text.length;
    System.arraycopy(text, 0, note, TEXT, text.length);
    file.write(POSITION, note, 0, END);
  }

  /**
   * Returns if the file is still ours.
   *
   * @throws IOException when another process has taken it
   */
  void verify() throws IOException {
    byte[] word = new byte[Long.BYTES];
    file.read(POSITION + TOKEN, word, 0, word.length);
    if (LittleEndian.getLong(word, 0) != token) {
      throw new IOException(
          file.name()
              + " was taken by another process: something in this one opened and closed the file"
              + " beside klog, which drops klog's lock");
    }
  }

  void clear() throws IOException {
    file.write(POSITION, new byte[END], 0, END);
  }

  /** Whoever has the file, in words; not to be trusted. */
  static String read(StorageFile file) throws IOException {
    byte[] note = new byte[END];
    if (file.size() < POSITION + END) {
      return "another process";
    }
    file.read(POSITION, note, 0, END);
    int length = (note[LENGTH] & 0xff) | (note[LENGTH + 1] & 0xff) << 8;
    if (length == 0 || length > END - TEXT) {
      return "another process";
    }
    return new String(note, TEXT, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}

package io.klog.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Who has the file open for writing, for the message that another gets. In the third page, which is
 * kept for words that processes share; advisory, never trusted, and zero when nobody has it open.
 *
 * <pre>
 * OwnerNote => Length Text      Length : u16; Text : UTF-8
 * </pre>
 */
final class OwnerNote {
  private static final long POSITION = 2L * Extent.PAGE;
  private static final int LENGTH = 256;

  private OwnerNote() {}

  static void write(StorageFile file) throws IOException {
    byte[] note = new byte[LENGTH];
    byte[] text = ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
    note[0] = (byte) text.length;
    System.arraycopy(text, 0, note, 2, text.length);
    file.write(POSITION, note, 0, LENGTH);
  }

  static void clear(StorageFile file) throws IOException {
    file.write(POSITION, new byte[LENGTH], 0, LENGTH);
  }

  static String read(StorageFile file) throws IOException {
    byte[] note = new byte[LENGTH];
    if (file.size() < POSITION + LENGTH) {
      return "another process";
    }
    file.read(POSITION, note, 0, LENGTH);
    int length = (note[0] & 0xff) | (note[1] & 0xff) << 8;
    if (length == 0 || length > LENGTH - 2) {
      return "another process";
    }
    return new String(note, 2, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}

package io.klog;

/** Bytes that contradict the format: which file, where, what was expected and what was found. */
public final class CorruptLogException extends KlogException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long position;
  private final String expected;
  private final String found;

  /**
   * @param position byte position in the file
   */
  public CorruptLogException(String file, long position, String expected, String found) {
    super(
        Reason.CORRUPT,
        file + " is damaged at byte " + position + ": expected " + expected + ", found " + found);
    this.file = file;
    this.position = position;
    this.expected = expected;
    this.found = found;
  }

  public String file() {
    return file;
  }

  /** Byte position in the file at which the damage was noticed. */
  public long position() {
    return position;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}

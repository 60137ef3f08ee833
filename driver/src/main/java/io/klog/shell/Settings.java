package io.klog.shell;

import org.jspecify.annotations.Nullable;

/** What dot-commands change. Only the thread that runs statements touches it. */
final class Settings {
  Mode mode = Mode.TABLE;
  boolean header = true;

  /** Whether the time that a statement took is printed below what it gave. */
  boolean timer;

  /** Whether each statement is printed before it runs. */
  boolean echo;

  /** What stands for NULL, but in JSON; null as long as nobody has said. */
  @Nullable String nullValue;

  /** Whether a script goes on behind a statement that failed. */
  boolean keepGoing;

  /** What stands for NULL in the mode of now, but in JSON. */
  String nullText() {
    String said = nullValue;
    return said != null ? said : mode == Mode.CSV ? "" : "NULL";
  }
}

package io.klog.shell;

/** What dot-commands change. Only the thread that runs statements touches it. */
final class Settings {
  Mode mode = Mode.TABLE;
  boolean header = true;

  /** Whether the time that a statement took is printed below what it gave. */
  boolean timer;

  /** Whether each statement is printed before it runs. */
  boolean echo;

  /** What stands for NULL, but in JSON. */
  String nullValue = "";

  /** Whether a script goes on behind a statement that failed. */
  boolean keepGoing;
}

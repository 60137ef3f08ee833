package io.klog.shell;

/** What an argument of a dot-command is, for completion. */
enum ArgumentKind {
  NONE,
  FILE,
  TOPIC,
  GROUP,
  MODE,
  ON_OFF,
  COMMAND
}

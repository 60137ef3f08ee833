package io.klog.shell;

/** What the shell itself has to say: no statement failed, so there is no SQLState. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean told;

  CommandException(String message) {
    super(message);
    this.told = false;
  }

  CommandException(String message, Throwable cause) {
    super(message, cause);
    this.told = false;
  }

  private CommandException(boolean told) {
    super("a statement failed");
    this.told = told;
  }

  /** For a command that runs statements, of which one has failed and said why. */
  static CommandException alreadyTold() {
    return new CommandException(true);
  }

  boolean isTold() {
    return told;
  }
}

package io.klog.shell;

/** What the shell itself has to say: no statement failed, so there is no SQLState. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1;

  CommandException(String message) {
    super(message);
  }

  CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}

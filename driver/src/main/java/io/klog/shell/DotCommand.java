package io.klog.shell;

import java.io.IOException;
import java.sql.SQLException;

/**
 * A command of the shell itself, written {@code .name}. Each is a class of its own, listed in
 * {@link DotCommands}, from which {@code .help} and completion are made.
 */
interface DotCommand {
  /** Without the dot, in lower case. */
  String name();

  /** As {@code .help} shows them, such as {@code FILE TOPIC}; empty where there are none. */
  String arguments();

  /** What it does, in one line that begins in lower case and ends without a full stop. */
  String help();

  /** What {@code .help} says of this command alone, below that; lines, or nothing. */
  default String details() {
    return "";
  }

  /** As it is written, with its arguments. */
  default String usage() {
    return arguments().isEmpty() ? "." + name() : "." + name() + " " + arguments();
  }

  /** What TAB offers for an argument, counted from 0. */
  default ArgumentKind argument(int index) {
    return ArgumentKind.NONE;
  }

  /**
   * Runs it.
   *
   * @throws SQLException what a statement threw, or 57014 when the user pressed Ctrl-C
   * @throws CommandException what is wrong with the arguments, or with a file they name
   */
  void run(Shell shell, Arguments arguments) throws SQLException, IOException, CommandException;
}

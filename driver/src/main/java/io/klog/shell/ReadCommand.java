package io.klog.shell;

import io.klog.shell.Shell.Outcome;
import java.io.IOException;

/** {@code .read}. */
final class ReadCommand implements DotCommand {
  @Override
  public String name() {
    return "read";
  }

  @Override
  public String arguments() {
    return "FILE";
  }

  @Override
  public String help() {
    return "run the statements and commands in a file";
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.FILE : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws IOException, CommandException {
    arguments.require(this, 1, 1);
    try (Script script = Script.ofFile(arguments.get(0))) {
      Outcome outcome = shell.run(script);
      if (outcome == Outcome.UNREAD) {
        shell.screen().output().check(); // throws, as behind a statement that is not read
      }
      if (outcome != Outcome.DONE) {
        throw CommandException.alreadyTold();
      }
    }
  }
}

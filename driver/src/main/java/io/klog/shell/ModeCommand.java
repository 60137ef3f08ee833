package io.klog.shell;

/** {@code .mode}. */
final class ModeCommand implements DotCommand {
  @Override
  public String name() {
    return "mode";
  }

  @Override
  public String arguments() {
    return "[MODE]";
  }

  @Override
  public String help() {
    return "how rows are printed: " + Mode.names();
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.MODE : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws CommandException {
    arguments.require(this, 0, 1);
    if (arguments.size() == 0) {
      shell.screen().out().println(shell.settings().mode);
    } else {
      shell.settings().mode = Mode.of(arguments.get(0));
    }
  }
}

package io.klog.shell;

/** {@code .nullvalue}. */
final class NullValueCommand implements DotCommand {
  @Override
  public String name() {
    return "nullvalue";
  }

  @Override
  public String arguments() {
    return "[TEXT]";
  }

  @Override
  public String help() {
    return "what stands for NULL, but in mode json; '' for nothing";
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws CommandException {
    arguments.require(this, 0, 1);
    if (arguments.size() == 0) {
      shell.screen().out().println("'" + shell.settings().nullText() + "'");
    } else {
      shell.settings().nullValue = arguments.get(0);
    }
  }
}

package io.klog.shell;

/** {@code .quit}, by whatever name. */
final class QuitCommand implements DotCommand {
  private final String name;

  QuitCommand(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String help() {
    return "end the shell, as Ctrl-D does";
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws CommandException {
    arguments.require(this, 0, 0);
    shell.quit();
  }
}

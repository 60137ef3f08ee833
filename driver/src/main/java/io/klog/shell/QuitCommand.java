package io.klog.shell;

/** {@code .quit}. */
final class QuitCommand implements DotCommand {
  @Override
  public String name() {
    return "quit";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String help() {
    return "end the shell, as .exit and Ctrl-D do";
  }

  @Override
  public void run(Shell shell, Arguments arguments) {
    shell.quit();
  }
}

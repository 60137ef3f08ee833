package io.klog.shell;

import java.io.PrintWriter;
import java.util.List;

/** {@code .help}. */
final class HelpCommand implements DotCommand {
  @Override
  public String name() {
    return "help";
  }

  @Override
  public String arguments() {
    return "[COMMAND]";
  }

  @Override
  public String help() {
    return "list the commands, or tell of one";
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.COMMAND : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws CommandException {
    arguments.require(this, 0, 1);
    List<DotCommand> commands = DotCommands.ALL;
    if (arguments.size() > 0) {
      String name = arguments.get(0);
      commands = List.of(DotCommands.named(name.startsWith(".") ? name.substring(1) : name));
    }
    PrintWriter out = shell.screen().out();
    int width = 0;
    for (DotCommand command : commands) {
      width = Math.max(width, command.usage().length());
    }
    for (DotCommand command : commands) {
      String usage = command.usage();
      out.println(usage + " ".repeat(width - usage.length() + 2) + command.help());
    }
    if (arguments.size() > 0) {
      out.print(commands.get(0).details());
    }
  }
}

package io.klog.shell;

import java.util.List;
import java.util.Locale;

/** Every dot-command, in the order of {@code .help}. */
final class DotCommands {
  static final List<DotCommand> ALL =
      List.of(
          new HelpCommand(),
          new QueryCommand("topics", "list the topics", "SHOW TOPICS"),
          new SchemaCommand(),
          new QueryCommand("groups", "list the consumer groups", "SHOW CONSUMER GROUPS"),
          new LagCommand(),
          new TailCommand(),
          new ImportCommand(),
          new ExportCommand(),
          new DumpCommand(),
          new ReadCommand(),
          new ModeCommand(),
          new SwitchCommand(
              "headers",
              "whether names of columns and counts are printed",
              settings -> settings.header,
              (settings, on) -> settings.header = on),
          new NullValueCommand(),
          new SwitchCommand(
              "timer",
              "whether the time that a statement took is printed",
              settings -> settings.timer,
              (settings, on) -> settings.timer = on),
          new SwitchCommand(
              "echo",
              "whether statements are printed before they run",
              settings -> settings.echo,
              (settings, on) -> settings.echo = on),
          new QuitCommand("quit"),
          new QuitCommand("exit"));

  private DotCommands() {}

  /** The command of that name, or the only one whose name begins so. */
  static DotCommand named(String name) throws CommandException {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<DotCommand> found =
        ALL.stream().filter(command -> command.name().startsWith(wanted)).toList();
    for (DotCommand command : found) {
      if (command.name().equals(wanted) || (found.size() == 1 && !wanted.isEmpty())) {
        return command;
      }
    }
    if (found.isEmpty() || wanted.isEmpty()) {
      throw new CommandException("there is no command ." + name + ": .help lists those there are");
    }
    String names = String.join(", .", found.stream().map(DotCommand::name).toList());
    throw new CommandException("." + name + " may be one of ." + names);
  }
}

package io.klog.shell;

import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** A command that turns a setting on or off, and tells which it is when it gets no argument. */
final class SwitchCommand implements DotCommand {
  private final String name;
  private final String help;
  private final Predicate<Settings> get;
  private final BiConsumer<Settings, Boolean> set;

  SwitchCommand(
      String name, String help, Predicate<Settings> get, BiConsumer<Settings, Boolean> set) {
    this.name = name;
    this.help = help;
    this.get = get;
    this.set = set;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String arguments() {
    return "[on|off]";
  }

  @Override
  public String help() {
    return help;
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.ON_OFF : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments) throws CommandException {
    arguments.require(this, 0, 1);
    if (arguments.size() == 0) {
      shell.screen().out().println(get.test(shell.settings()) ? "on" : "off");
      return;
    }
    switch (arguments.get(0).toLowerCase(Locale.ROOT)) {
      case "on" -> set.accept(shell.settings(), true);
      case "off" -> set.accept(shell.settings(), false);
      default ->
          throw new CommandException("." + name + " is on or off, not '" + arguments.get(0) + "'");
    }
  }
}

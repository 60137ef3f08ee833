package io.klog.shell;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** {@code .tail}. */
final class TailCommand implements DotCommand {
  private static final int ROWS = 10;

  @Override
  public String name() {
    return "tail";
  }

  @Override
  public String arguments() {
    return "[-n N] TOPIC [WHERE ...]";
  }

  @Override
  public String help() {
    return "the last N rows of each partition, or 10, and what comes, until Ctrl-C";
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 || index == 2 ? ArgumentKind.TOPIC : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    List<String> words = arguments.words();
    boolean counted = !words.isEmpty() && words.get(0).equals("-n");
    int topic = counted ? 2 : 0;
    if (words.size() <= topic) {
      throw new CommandException(".tail takes a topic: .tail -n 20 orders WHERE amount > 100");
    }
    String where = arguments.from(topic + 1);
    String condition = "";
    if (!where.isEmpty()) {
      if (!words.get(topic + 1).toUpperCase(Locale.ROOT).equals("WHERE")) {
        throw new CommandException(
            "behind the topic there may be a WHERE, not '" + words.get(topic + 1) + "'");
      }
      condition = arguments.from(topic + 2);
      if (condition.isEmpty()) {
        throw new CommandException("WHERE takes a condition");
      }
    }
    int rows = counted ? number(words.get(1)) : ROWS;
    new Tail(shell, words.get(topic), condition, rows).run();
  }

  private static int number(String text) throws CommandException {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CommandException("-n takes a number of rows, not '" + text + "'", e);
    }
    throw new CommandException("-n takes a number of rows, not '" + text + "'");
  }
}

package io.klog.shell;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How rows are printed. */
enum Mode {
  TABLE,
  CSV,
  JSON,
  MARKDOWN,
  LINE;

  static Mode of(String name) throws CommandException {
    for (Mode mode : values()) {
      if (mode.toString().equalsIgnoreCase(name)) {
        return mode;
      }
    }
    throw new CommandException("there is no mode '" + name + "': expected one of " + names());
  }

  static String names() {
    return Arrays.stream(values()).map(Mode::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.klog.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a command with those that begin with two dashes taken out, in any place. */
final class Options {
  private final Map<String, String> given = new LinkedHashMap<>();
  private final List<String> others = new ArrayList<>();

  /**
   * @param flags options without a value, as {@code --csv}
   * @param valued options with one, in the next word or behind an equals sign
   */
  Options(List<String> words, List<String> flags, List<String> valued) throws CommandException {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (!word.startsWith("--")) {
        others.add(word);
      } else if (flags.contains(word)) {
        given.put(word, "");
      } else if (!valued.contains(name)) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(valued);
        throw new CommandException(
            "there is no option " + name + "; there are " + String.join(", ", all));
      } else if (equals >= 0) {
        given.put(name, word.substring(equals + 1));
      } else if (i + 1 == words.size()) {
        throw new CommandException(name + " takes a value");
      } else {
        given.put(name, words.get(++i));
      }
    }
  }

  boolean has(String option) {
    return given.containsKey(option);
  }

  @Nullable String value(String option) {
    return given.get(option);
  }

  /** A whole number that an option has, or its default. */
  int number(String option, int least, int otherwise) throws CommandException {
    String text = given.get(option);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw noNumber(option, least, text);
    }
    throw noNumber(option, least, text);
  }

  private static CommandException noNumber(String option, int least, String text) {
    return new CommandException(
        option + " takes a whole number from " + least + " on, not '" + text + "'");
  }

  /** The words that are no options. */
  List<String> others() {
    return others;
  }
}

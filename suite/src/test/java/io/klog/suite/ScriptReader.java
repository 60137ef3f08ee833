package io.klog.suite;

import io.klog.suite.Entry.Command;
import io.klog.suite.Entry.Condition;
import io.klog.suite.Entry.Halt;
import io.klog.suite.Entry.Order;
import io.klog.suite.Entry.Query;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a script of sqllogictest.
 *
 * <pre>
 * script    = { entry | "hash-threshold" N | comment | blank }
 * entry     = { ("onlyif" | "skipif") DATABASE } ( statement | query | "halt" )
 * statement = "statement" ("ok" | "error") NEWLINE sql blank
 * query     = "query" TYPES [ORDER] [LABEL] NEWLINE sql [ "----" NEWLINE { value NEWLINE } ] blank
 * comment   = "#" anything
 * </pre>
 *
 * <p>The threshold says from how many values on a result is written as a hash; the entry itself
 * shows which it is, so it is not needed here.
 */
final class ScriptReader {
  private static final String RESULT = "----";

  private final String name;
  private final BufferedReader lines;
  private int number;

  ScriptReader(String name, BufferedReader lines) {
    this.name = name;
    this.lines = lines;
  }

  List<Entry> entries() throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<Condition> conditions = new ArrayList<>();
    for (String line = next(); line != null; line = next()) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] words = text.split("\\s+");
      switch (words[0]) {
        case "onlyif", "skipif" ->
            conditions.add(new Condition(words[0].equals("onlyif"), word(words, 1)));
        case "hash-threshold" -> conditions.clear();
        default -> {
          entries.add(entry(words, List.copyOf(conditions)));
          conditions.clear();
        }
      }
    }
    return entries;
  }

  private Entry entry(String[] words, List<Condition> conditions) throws IOException {
    return switch (words[0]) {
      case "statement" -> command(words, conditions);
      case "query" -> query(words, conditions);
      case "halt" -> new Halt(number, conditions);
      default -> throw unexpected(words[0], "statement, query or halt");
    };
  }

  private Command command(String[] words, List<Condition> conditions) throws IOException {
    int line = number;
    boolean fails =
        switch (word(words, 1)) {
          case "ok" -> false;
          case "error" -> true;
          default -> throw unexpected(words[1], "ok or error");
        };
    return new Command(line, conditions, fails, String.join("\n", paragraph()));
  }

  private Query query(String[] words, List<Condition> conditions) throws IOException {
    int line = number;
    String types = word(words, 1);
    if (!types.matches("[ITR]+")) {
      throw unexpected(types, "types of columns, of I, T and R");
    }
    Order order = words.length > 2 ? order(words[2]) : Order.NOSORT;
    Optional<String> label = words.length > 3 ? Optional.of(words[3]) : Optional.empty();
    List<String> text = paragraph();
    int bar = text.indexOf(RESULT);
    List<String> sql = bar < 0 ? text : text.subList(0, bar);
    Optional<List<String>> expected =
        bar < 0 ? Optional.empty() : Optional.of(List.copyOf(text.subList(bar + 1, text.size())));
    return new Query(line, conditions, types, order, label, String.join("\n", sql), expected);
  }

  private Order order(String word) {
    for (Order order : Order.values()) {
      if (word.equals(order.name().toLowerCase(Locale.ROOT))) {
        return order;
      }
    }
    throw unexpected(word, "nosort, rowsort or valuesort");
  }

  /** The lines up to the next blank one. */
  private List<String> paragraph() throws IOException {
    List<String> paragraph = new ArrayList<>();
    for (String line = next(); line != null && !line.isBlank(); line = next()) {
      paragraph.add(line.stripTrailing());
    }
    return paragraph;
  }

  private @Nullable String next() throws IOException {
    number++;
    return lines.readLine();
  }

  private String word(String[] words, int index) {
    if (index >= words.length) {
      throw unexpected("the end of the line", "a word more");
    }
    return words[index];
  }

  private IllegalArgumentException unexpected(String found, String expected) {
    return new IllegalArgumentException(
        name + ":" + number + ": found " + found + ", expected " + expected);
  }
}

package io.klog.shell;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jspecify.annotations.Nullable;

/** What TAB offers: by the words before the cursor, and by the tables that the statement names. */
final class Completion implements Completer {
  private static final Set<String> BEFORE_A_TABLE =
      Set.of("FROM", "JOIN", "INTO", "TABLE", "TOPIC", "VIEW", "DESCRIBE");

  private static final String NAME = "(\"(?:[^\"]|\"\")+\"|\\w+)";
  private static final Pattern TABLE =
      Pattern.compile(
          "\\b(?:FROM|JOIN|INTO|TABLE|TOPIC)\\s+(?:\\w+\\.)?"
              + NAME
              + "(?:\\s+(?:AS\\s+)?(?!(?:WHERE|ON|JOIN|ORDER|GROUP|LIMIT|FOR|VALUES)\\b)"
              + NAME
              + ")?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern QUALIFIER = Pattern.compile(NAME + "\\.$");
  private static final Pattern LAST_WORDS = Pattern.compile("(?:(\\w+)\\s+)?(\\w+)\\s+$");

  /** Procedures cannot be asked for by JDBC in any way that says how to call them. */
  private static final List<String> PROCEDURES = List.of("backup(", "check()", "reset_offsets(");

  private final Names names;

  Completion(Names names) {
    this.names = names;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String text = line.line();
    try {
      if (StatementParser.isCommand(text)) {
        command(text, line.cursor(), line.word(), candidates);
      } else {
        sql(text, line.cursor() - line.word().length(), line.word(), candidates);
      }
    } catch (SQLException e) {
      // Nothing to offer. The statement that is being typed will say what is wrong.
      return;
    }
  }

  private void command(String text, int cursor, String word, List<Candidate> candidates)
      throws SQLException {
    String before = text.substring(0, cursor - word.length()).strip();
    if (before.isEmpty()) {
      String mark = word.substring(0, 1);
      for (DotCommand command : DotCommands.ALL) {
        offer(candidates, word, mark + command.name(), "commands", true);
      }
      return;
    }
    String[] words = before.substring(1).strip().split("\\s+", -1);
    DotCommand command;
    try {
      command = DotCommands.named(words[0]);
    } catch (CommandException e) {
      return; // no command, no arguments
    }
    switch (command.argument(words.length - 1)) {
      case NONE -> {}
      case FILE -> files(word, candidates);
      case TOPIC -> {
        offer(candidates, word, names.topics(), "topics");
        offer(candidates, word, names.views(), "views");
      }
      case GROUP -> offer(candidates, word, names.groups(), "groups");
      case MODE -> {
        for (Mode mode : Mode.values()) {
          offer(candidates, word, mode.toString(), "modes", true);
        }
      }
      case ON_OFF -> offer(candidates, word, List.of("on", "off"), "switch");
      case COMMAND ->
          DotCommands.ALL.forEach(other -> offer(candidates, word, other.name(), "commands", true));
    }
  }

  private static void files(String word, List<Candidate> candidates) {
    int end = Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1;
    String directory = word.substring(0, end);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Path.of(".", "").resolve(directory))) {
      for (Path file : files) {
        boolean isDirectory = Files.isDirectory(file);
        String name = directory + file.getFileName() + (isDirectory ? "/" : "");
        if (name.indexOf(' ') < 0) { // it would have to be quoted
          offer(candidates, word, name, "files", !isDirectory);
        }
      }
    } catch (IOException | InvalidPathException e) {
      // No such directory: nothing to offer.
      return;
    }
  }

  private void sql(String text, int start, String word, List<Candidate> candidates)
      throws SQLException {
    String before = statementBefore(text, start);
    Matcher qualifier = QUALIFIER.matcher(before);
    if (qualifier.find()) {
      qualified(text, plain(qualifier.group(1)), word, candidates);
      return;
    }
    if (before.isBlank()) {
      keywords(candidates, word, Keywords.STATEMENTS);
      return;
    }
    Matcher last = LAST_WORDS.matcher(before);
    String previous = "";
    String previousButOne = "";
    if (last.find()) {
      previous = last.group(2).toUpperCase(Locale.ROOT);
      previousButOne = last.group(1) == null ? "" : last.group(1).toUpperCase(Locale.ROOT);
    }
    if (previous.equals("GROUP") && previousButOne.equals("CONSUMER")) {
      offer(candidates, word, names.groups().stream().map(Names::quoted).toList(), "groups");
    } else if (BEFORE_A_TABLE.contains(previous) && !previousButOne.equals("CREATE")) {
      tables(word, candidates);
    } else {
      for (String column : columns(text)) {
        offer(candidates, word, Names.quoted(column), "columns", true);
      }
      if (word.isEmpty()) {
        keywords(candidates, word, Keywords.CLAUSES);
      } else {
        keywords(candidates, word, Keywords.OTHERS);
        keywords(candidates, word, Keywords.STATEMENTS);
      }
    }
  }

  /** What comes before the word in its own statement. */
  private static String statementBefore(String text, int start) {
    StatementSplitter splitter = new StatementSplitter();
    for (String line : text.substring(0, start).split("\n", -1)) {
      splitter.add(line);
      while (splitter.next() != null) {
        // Those before are at their end.
      }
    }
    return splitter.begun();
  }

  private void tables(String word, List<Candidate> candidates) throws SQLException {
    offer(candidates, word, names.topics().stream().map(Names::quoted).toList(), "topics");
    offer(candidates, word, names.views().stream().map(Names::quoted).toList(), "views");
    offer(candidates, word, Names.SYSTEM_SCHEMA + ".", "system tables", false);
  }

  /** Behind a dot: what is in the schema, or the columns of the table or of what an alias means. */
  private void qualified(String text, String qualifier, String word, List<Candidate> candidates)
      throws SQLException {
    if (qualifier.equalsIgnoreCase(Names.SYSTEM_SCHEMA)) {
      offer(candidates, word, names.systemTables(), "system tables");
      offer(candidates, word, PROCEDURES, "procedures");
      return;
    }
    String table = qualifier;
    Matcher named = TABLE.matcher(text);
    while (named.find()) {
      if (named.group(2) != null && plain(named.group(2)).equalsIgnoreCase(qualifier)) {
        table = plain(named.group(1));
      }
    }
    for (String column : names.columns(table)) {
      offer(candidates, word, Names.quoted(column), "columns", true);
    }
  }

  /** Of the tables that the text names, or of all topics while it names none. */
  private Collection<String> columns(String text) throws SQLException {
    List<String> columns = new ArrayList<>();
    Matcher named = TABLE.matcher(text);
    while (named.find()) {
      columns.addAll(names.columns(plain(named.group(1))));
    }
    return columns.isEmpty() ? names.columns(null) : columns;
  }

  private static String plain(@Nullable String name) {
    if (name == null || !name.startsWith("\"")) {
      return String.valueOf(name);
    }
    return name.substring(1, name.length() - 1).replace("\"\"", "\"");
  }

  /** In the case that was begun. */
  private static void keywords(List<Candidate> candidates, String word, List<String> keywords) {
    boolean lower = !word.isEmpty() && word.equals(word.toLowerCase(Locale.ROOT));
    for (String keyword : keywords) {
      offer(candidates, word, lower ? keyword.toLowerCase(Locale.ROOT) : keyword, "keywords", true);
    }
  }

  private static void offer(
      List<Candidate> candidates, String word, List<String> values, String group) {
    values.forEach(value -> offer(candidates, word, value, group, !value.endsWith("(")));
  }

  private static void offer(
      List<Candidate> candidates, String word, String value, String group, boolean complete) {
    if (value.regionMatches(true, 0, word, 0, word.length())) {
      candidates.add(new Candidate(value, value, group, null, null, null, complete));
    }
  }
}

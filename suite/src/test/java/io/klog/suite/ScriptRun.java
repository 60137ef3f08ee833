package io.klog.suite;

import io.klog.suite.Entry.Command;
import io.klog.suite.Entry.Halt;
import io.klog.suite.Entry.Query;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a script over a connection. */
final class ScriptRun {
  /** No query of the scripts is meant to take long: one that does has gone astray. */
  private static final int TIMEOUT_SECONDS = 60;

  private static final int SHOWN = 12;

  private final String script;
  private final Connection connection;
  private final Dialect dialect;
  private final Tally tally = new Tally();

  /** By label, the hash of the first result, and what gave it. */
  private final Map<String, String> labels = new HashMap<>();

  ScriptRun(String script, Connection connection, Dialect dialect) {
    this.script = script;
    this.connection = connection;
    this.dialect = dialect;
  }

  Tally run(List<Entry> entries) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      for (Entry entry : entries) {
        if (!entry.isFor(dialect.database())) {
          tally.skipped(Rule.OTHER_DATABASE);
        } else if (entry instanceof Halt) {
          break;
        } else {
          attempt(entry, statement);
        }
      }
    }
    return tally;
  }

  private void attempt(Entry entry, Statement statement) {
    Optional<Rule> skip = dialect.skip(entry);
    if (skip.isPresent()) {
      tally.skipped(skip.get());
      return;
    }
    try {
      Optional<String> fault =
          entry instanceof Query query ? query(query, statement) : command(entry, statement);
      fault.ifPresentOrElse(what -> fail(entry, what), () -> tally.passed(entry));
    } catch (SQLException e) {
      dialect
          .excuse(entry, e)
          .ifPresentOrElse(tally::skipped, () -> fail(entry, e.getSQLState() + ": " + e));
    }
  }

  /** What is wrong with how it went. */
  private Optional<String> command(Entry entry, Statement statement) throws SQLException {
    Command command = (Command) entry;
    String sql = dialect.translate(command.sql());
    if (!command.fails()) {
      statement.execute(sql);
      return Optional.empty();
    }
    try {
      statement.execute(sql);
      return Optional.of("expected to fail, did not");
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private Optional<String> query(Query query, Statement statement) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(dialect.translate(query.sql()))) {
      List<Integer> columns = columns(result.getMetaData());
      if (columns.size() != query.types().length()) {
        return Optional.of(
            "expected " + query.types().length() + " columns, found " + columns.size());
      }
      while (result.next()) {
        rows.add(row(result, columns, query.types()));
      }
    }
    ResultText text = ResultText.of(rows, query.order());
    if (query.expected().isPresent() && !text.matches(query.expected().get())) {
      return Optional.of(
          "expected " + shown(query.expected().get()) + ", found " + shown(text.values()));
    }
    return query.label().flatMap(label -> differentFromOthers(label, text));
  }

  private Optional<String> differentFromOthers(String label, ResultText text) {
    String before = labels.putIfAbsent(label, text.hashed());
    return before == null || before.equals(text.hashed())
        ? Optional.empty()
        : Optional.of(
            "other results with " + label + " are " + before + ", found " + text.hashed());
  }

  private List<Integer> columns(ResultSetMetaData metadata) throws SQLException {
    List<Integer> columns = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      if (!dialect.isExtra(metadata.getColumnLabel(i))) {
        columns.add(i);
      }
    }
    return columns;
  }

  private static List<String> row(ResultSet result, List<Integer> columns, String types)
      throws SQLException {
    List<String> row = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      row.add(ValueText.of(types.charAt(i), result.getObject(columns.get(i))));
    }
    return row;
  }

  private void fail(Entry entry, String what) {
    String sql = entry instanceof Query query ? query.sql() : ((Command) entry).sql();
    tally.failed(script + ":" + entry.line() + ": " + what + "\n  in " + sql);
  }

  private static String shown(List<String> values) {
    return values.size() <= SHOWN
        ? values.toString()
        : values.subList(0, SHOWN) + " and " + (values.size() - SHOWN) + " more";
  }
}

package io.klog.shell;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Inserts the records of a file into a topic: all of them, or, where one is wrong, none. Within a
 * transaction that the user began, they become part of it.
 */
final class Importer {
  /**
   * Files whose objects have more different fields than that prepare statements again and again.
   */
  private static final int STATEMENTS_KEPT = 64;

  private static final String UNKNOWN_COLUMN = "42703";

  /** Of an INSERT that has more values than columns, or fewer. */
  private static final String WRONG_COUNT = "42601";

  /**
   * How to import.
   *
   * @param wholeRecord whether the record, as JSON, is the value
   * @param key the field that the key is taken from then, if any
   * @param skipUnknown whether fields are left out that the topic has no column for
   * @param batch commit behind so many rows; 0 for one transaction
   */
  record How(boolean wholeRecord, @Nullable String key, boolean skipUnknown, int batch) {}

  private final Connection connection;
  private final TopicColumns topic;
  private final How how;
  private final Interruption interruption;
  private final Map<List<String>, Fields> statements = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<String> leftOut = new TreeSet<>();
  private long rows;
  private long committed;

  Importer(Connection connection, TopicColumns topic, How how, Interruption interruption) {
    this.connection = connection;
    this.topic = topic;
    this.how = how;
    this.interruption = interruption;
  }

  /** An INSERT, and which field of a record goes where. */
  private static final class Fields {
    private final ImportStatement statement;

    /** By column, where in a record its field is. */
    private final int[] places;

    Fields(ImportStatement statement, int[] places) {
      this.statement = statement;
      this.places = places;
    }
  }

  /** The fields that went nowhere. */
  Set<String> leftOut() {
    return leftOut;
  }

  /** How many rows were committed; on failure those of the batches before. */
  long committed() {
    return committed;
  }

  /**
   * Imports.
   *
   * @param file its name, for messages
   * @return how many rows
   */
  @SuppressWarnings("try") // what is there to be closed
  long run(String file, RecordSource source, Progress progress)
      throws SQLException, IOException, CommandException {
    boolean own = connection.getAutoCommit();
    if (!own && how.batch > 0) {
      throw new CommandException(
          "--batch commits, and a transaction is open: COMMIT or ROLLBACK it before, or import"
              + " without --batch");
    }
    try (AllOrNothing all = new AllOrNothing(connection);
        SqlCloseable closing = this::closeStatements) {
      insertAll(file, source, progress);
      all.done();
    }
    committed = own ? rows : 0;
    return rows;
  }

  private void insertAll(String file, RecordSource source, Progress progress)
      throws SQLException, IOException, CommandException {
    try {
      List<String> known = source.names();
      // A header is looked at even where there is nothing below it.
      Fields fields = known == null || known.isEmpty() ? null : fields(known);
      while (source.next()) {
        interruption.check();
        List<String> names = source.names();
        if (fields == null || names != known) {
          fields = fields(names == null ? unnamed(source.values().size()) : names);
          known = names;
        }
        insert(fields, source);
        inserted(progress);
      }
    } catch (SQLException e) {
      interruption.check();
      String place = file + ", line " + source.line() + ": ";
      throw new SQLException(place + e.getMessage(), e.getSQLState(), e);
    }
  }

  private void inserted(Progress progress) throws SQLException {
    rows++;
    progress.row(rows);
    if (how.batch > 0 && rows % how.batch == 0) {
      connection.commit();
      committed = rows;
    }
  }

  @SuppressWarnings("try") // it is there to be closed
  private void insert(Fields fields, RecordSource source) throws SQLException, IOException {
    ImportStatement statement = fields.statement;
    List<@Nullable Object> values = source.values();
    int column = 0;
    for (int place : fields.places) {
      statement.set(column++, values.get(place));
    }
    if (how.wholeRecord) {
      statement.set(column, source.json());
    }
    try (Interruption.Registration running = interruption.running(statement.statement())) {
      statement.insert();
    }
  }

  /** What the fields of a file are that does not name them. */
  private List<String> unnamed(int count) throws SQLException {
    if (how.wholeRecord) {
      return RecordSource.numbered(count);
    }
    if (count != topic.own().size()) {
      throw new SQLException(
          "expected "
              + topic.own().size()
              + " fields, for the columns "
              + String.join(", ", topic.own())
              + ", found "
              + count,
          WRONG_COUNT);
    }
    return topic.own();
  }

  private Fields fields(List<String> names) throws SQLException {
    Fields known = statements.get(names);
    if (known == null) {
      known = how.wholeRecord ? wholeRecord(names) : columns(names);
      statements.put(names, known);
      if (statements.size() > STATEMENTS_KEPT) {
        Iterator<Fields> oldest = statements.values().iterator();
        oldest.next().statement.close();
        oldest.remove();
      }
    }
    return known;
  }

  private Fields wholeRecord(List<String> names) throws SQLException {
    if (how.key == null) {
      return new Fields(new ImportStatement(connection, topic, List.of("value")), new int[0]);
    }
    int key = names.indexOf(how.key);
    if (key < 0) {
      throw new SQLException(
          "there is no '" + how.key + "' to take the key from; there are " + names, UNKNOWN_COLUMN);
    }
    return new Fields(
        new ImportStatement(connection, topic, List.of("key", "value")), new int[] {key});
  }

  private Fields columns(List<String> names) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean unknown = topic.type(name) == null;
      if (TopicColumns.isGiven(name) || (unknown && how.skipUnknown)) {
        leftOut.add(name);
      } else {
        columns.add(name);
        places.add(i);
      }
    }
    if (columns.isEmpty()) {
      throw new SQLException(
          "topic " + topic.topic() + " has none of the columns " + names + hint(), UNKNOWN_COLUMN);
    }
    try {
      return new Fields(
          new ImportStatement(connection, topic, columns),
          places.stream().mapToInt(Integer::intValue).toArray());
    } catch (SQLException e) {
      boolean unknown = columns.stream().anyMatch(name -> topic.type(name) == null);
      if (!unknown) {
        throw e;
      }
      String message = String.valueOf(e.getMessage());
      // Behind "did you mean 'amount'?" a full stop would be one too many.
      String hint = message.endsWith("?") ? hint().substring(1) : hint();
      throw new SQLException(message + hint, e.getSQLState(), e);
    }
  }

  /** What to do about columns that are not there. */
  private String hint() {
    return topic.typed()
        ? ". It has "
            + String.join(", ", topic.own())
            + "; --skip-unknown leaves out what it has not"
        : ". It declares no columns: with --key COLUMN the whole record becomes the value, as JSON,"
            + " and one of its fields the key; with --no-key there is no key";
  }

  private void closeStatements() throws SQLException {
    for (Fields fields : statements.values()) {
      fields.statement.close();
    }
    statements.clear();
  }
}

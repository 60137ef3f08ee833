package io.klog.shell;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The end of a topic, and what comes behind it. On a terminal the line below the rows tells how
 * many there were, how fast they come, and how far behind the end they are.
 *
 * <p>One thread does all: {@code next()} gives up waiting several times a second, then rows that
 * are still held back are printed, and the line is drawn.
 */
final class Tail {
  private static final String TIMEOUT = "poll.timeout";
  private static final int WAIT_MILLIS = 200;
  private static final long REDRAW_NANOS = 200_000_000;

  /** The rate is that of so many redrawings. */
  private static final int RATE_SAMPLES = 25;

  private final Shell shell;
  private final Connection connection;
  private final Screen screen;
  private final String topic;
  private final String condition;
  private final int last;

  /** Of the next record to come, by partition. */
  private final Map<Integer, Long> next = new TreeMap<>();

  private long rows;
  private long drawnAt = System.nanoTime();
  private boolean drawn;
  private final long[] sampleRows = new long[RATE_SAMPLES];
  private final long[] sampleTimes = new long[RATE_SAMPLES];
  private int samples;

  /**
   * @param condition of the rows; empty for all
   * @param last how many rows of each partition to begin with
   */
  Tail(Shell shell, String topic, String condition, int last) {
    this.shell = shell;
    this.connection = shell.connection();
    this.screen = shell.screen();
    this.topic = topic;
    this.condition = condition;
    this.last = last;
  }

  /** Until Ctrl-C, which is how it ends well. */
  @SuppressWarnings("try") // it is there to be closed
  void run() throws SQLException, IOException {
    TopicColumns.of(connection, topic);
    String timeout = setting();
    set(String.valueOf(WAIT_MILLIS));
    try (SqlCloseable back = () -> set(timeout)) {
      follow();
    } catch (SQLException e) {
      if (!shell.interruption().interrupted()) {
        throw e;
      }
    } finally {
      erase();
    }
    if (screen.terminal()) {
      screen.say(screen.styled(Screen.FAINT, "(" + Shell.count(rows, "row") + ")"));
    }
  }

  private String setting() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW " + TIMEOUT)) {
      row.next();
      return row.getString(1);
    }
  }

  private void set(String timeout) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET " + TIMEOUT + " = '" + timeout + "'");
    }
  }

  @SuppressWarnings("try") // it is there to be closed
  private void follow() throws SQLException, IOException {
    String sql = "SELECT STREAM * FROM " + TopicColumns.quoted(topic) + " WHERE " + beginning();
    try (Statement statement = connection.createStatement();
        Interruption.Registration running = shell.interruption().running(statement);
        ResultSet row = statement.executeQuery(sql)) {
      int offset = row.findColumn("offset");
      int partition = row.findColumn("partition");
      RowWriter writer = RowWriter.of(shell.settings(), screen, new Columns(row.getMetaData()));
      while (true) {
        shell.interruption().check();
        if (row.next()) {
          erase();
          writer.row(row);
          rows++;
          next.put(row.getInt(partition), row.getLong(offset) + 1);
          if (System.nanoTime() - drawnAt > REDRAW_NANOS) {
            show(writer, false);
          }
        } else {
          show(writer, true);
        }
      }
    }
  }

  /** Prints what was held back, and the line below. */
  private void show(RowWriter writer, boolean caughtUp) throws SQLException, IOException {
    writer.flush();
    screen.output().check();
    drawnAt = System.nanoTime();
    if (screen.terminal()) {
      sampleRows[samples % RATE_SAMPLES] = rows;
      sampleTimes[samples % RATE_SAMPLES] = drawnAt;
      samples++;
      String line = screen.styled(Screen.FAINT, fitted(line(caughtUp ? 0 : lag())));
      screen.err().print("\r" + line + "\u001b[K");
      screen.err().flush();
      drawn = true;
    }
  }

  private String fitted(String line) {
    return Width.cut(line, screen.width().getAsInt() - 1, "");
  }

  private String line(long lag) {
    int oldest = samples > RATE_SAMPLES ? samples % RATE_SAMPLES : 0;
    double seconds = (drawnAt - sampleTimes[oldest]) / 1e9;
    double rate = seconds <= 0 ? 0 : (rows - sampleRows[oldest]) / seconds;
    return String.format(
        Locale.ROOT,
        "%s  %,.0f rows/s  lag %,d  %s: Ctrl-C ends",
        Shell.count(rows, "row"),
        rate,
        lag,
        Width.printable(topic));
  }

  private void erase() {
    if (drawn) {
      drawn = false;
      screen.out().flush();
      screen.err().print("\r\u001b[K");
      screen.err().flush();
    }
  }

  /** How many records are behind the last row. */
  private long lag() throws SQLException {
    long lag = 0;
    for (Map.Entry<Integer, Long> end : ends().entrySet()) {
      lag += Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), end.getValue()));
    }
    return lag;
  }

  private Map<Integer, Long> ends() throws SQLException {
    Map<Integer, Long> ends = new TreeMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT partition_id, log_end_offset FROM klog.partitions"
                + " WHERE LOWER(topic) = LOWER(?)")) {
      statement.setString(1, TopicColumns.withoutSchema(topic));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          ends.put(row.getInt(1), row.getLong(2));
        }
      }
    }
    return ends;
  }

  /** The condition that the rows to begin with meet, and all that come. */
  private String beginning() throws SQLException {
    List<Long> offsets = new ArrayList<>();
    StringJoiner partitions = new StringJoiner(" OR ", "(", ")");
    next.putAll(ends());
    for (Map.Entry<Integer, Long> end : next.entrySet()) {
      long offset = last == 0 ? end.getValue() : first(end.getKey(), end.getValue());
      offsets.add(offset);
      end.setValue(offset);
      partitions.add("(partition = " + end.getKey() + " AND offset >= " + offset + ")");
    }
    long least = offsets.stream().mapToLong(Long::longValue).min().orElse(0);
    return "offset >= "
        + least
        + (offsets.size() > 1 ? " AND " + partitions : "")
        + (condition.isEmpty() ? "" : " AND (" + condition + "\n)");
  }

  /** The offset of the first of the last rows of a partition, or its end. */
  @SuppressWarnings("try") // it is there to be closed
  private long first(int partition, long end) throws SQLException {
    String sql =
        "SELECT offset FROM "
            + TopicColumns.quoted(topic)
            + " WHERE partition = "
            + partition
            + (condition.isEmpty() ? "" : " AND (" + condition + "\n)")
            + " ORDER BY offset DESC LIMIT "
            + last;
    long first = end;
    try (Statement statement = connection.createStatement();
        Interruption.Registration running = shell.interruption().running(statement);
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        first = Math.min(first, row.getLong(1));
      }
    }
    return first;
  }
}

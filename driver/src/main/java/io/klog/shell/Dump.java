package io.klog.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints a script that makes topics, their records, views and the positions of groups again. */
final class Dump {
  private static final int ROWS_OF_AN_INSERT = 100;
  private static final int CHARACTERS_OF_AN_INSERT = 1 << 16;
  private static final int ROWS_BETWEEN_CHECKS = 256;

  private final Shell shell;
  private final Connection connection;
  private final PrintWriter out;
  private final List<String> wanted;
  private final List<Topic> topics = new ArrayList<>();

  // What is kept of the INSERT that is being made.
  private final StringBuilder insert = new StringBuilder();
  private int insertRows;
  private long rows;

  /** A topic, by the name that it has, and how it is created. */
  private record Topic(String name, int partitions, String create) {}

  /**
   * @param wanted which topics; none for all, with the views
   */
  Dump(Shell shell, List<String> wanted) {
    this.shell = shell;
    this.connection = shell.connection();
    this.out = shell.screen().out();
    this.wanted = wanted;
  }

  void run() throws SQLException, IOException {
    findTopics();
    out.println("-- Run this where none of these topics are: java -jar klog.jar new.klog -f FILE");
    boolean done = false;
    try {
      for (Topic topic : topics) {
        dump(topic);
      }
      if (wanted.isEmpty()) {
        new DumpedViews(shell, topics.stream().map(Topic::create).toList()).print();
      }
      done = true;
    } finally {
      if (!done) {
        out.println("-- The dump ended here, before it was complete.");
      }
    }
  }

  private void findTopics() throws SQLException {
    Map<String, Integer> found = new LinkedHashMap<>();
    if (wanted.isEmpty()) {
      found.putAll(topics("SELECT topic, partitions FROM klog.topics ORDER BY topic", null));
    }
    for (String name : wanted) {
      TopicColumns.of(connection, name); // says what is wrong with it
      found.putAll(
          topics(
              "SELECT topic, partitions FROM klog.topics WHERE LOWER(topic) = LOWER(?)",
              TopicColumns.withoutSchema(name)));
    }
    for (Map.Entry<String, Integer> topic : found.entrySet()) {
      String sql = "SHOW CREATE TOPIC " + SqlText.name(topic.getKey());
      topics.add(new Topic(topic.getKey(), topic.getValue(), text(sql)));
    }
  }

  private Map<String, Integer> topics(String sql, @Nullable String name) throws SQLException {
    Map<String, Integer> found = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (name != null) {
        statement.setString(1, name);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.put(row.getString(1), row.getInt(2));
        }
      }
    }
    return found;
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void dump(Topic topic) throws SQLException, IOException {
    out.println();
    out.println(topic.create + ";");
    rows = 0;
    Map<Integer, Map<String, Long>> positions = positions(topic);
    Map<String, long[]> moved = new TreeMap<>();
    for (int p = 0; p < topic.partitions; p++) {
      partition(topic, p, positions.getOrDefault(p, Map.of()), moved);
    }
    if (rows > 0) {
      out.println("COMMIT;");
    }
    moved.forEach((group, offsets) -> reset(topic, group, offsets));
  }

  private void reset(Topic topic, String group, long[] offsets) {
    List<String> texts = new ArrayList<>();
    for (long offset : offsets) {
      texts.add(String.valueOf(offset));
    }
    boolean all = texts.stream().distinct().count() == 1;
    out.println(
        "CALL klog.reset_offsets("
            + SqlText.text(group)
            + ", "
            + SqlText.text(topic.name)
            + ", '"
            + (all ? texts.get(0) : String.join(",", texts))
            + "');");
  }

  /** The positions of groups, by partition. */
  private Map<Integer, Map<String, Long>> positions(Topic topic) throws SQLException {
    Map<Integer, Map<String, Long>> positions = new TreeMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT group_id, partition_id, current_offset FROM klog.consumer_lag"
                + " WHERE topic = ? AND current_offset IS NOT NULL ORDER BY group_id")) {
      statement.setString(1, topic.name);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          positions
              .computeIfAbsent(row.getInt(2), p -> new TreeMap<>())
              .put(row.getString(1), row.getLong(3));
        }
      }
    }
    return positions;
  }

  /**
   * The records of a partition, and where the groups stand among them: their number before a
   * group's position is the position that it gets.
   */
  @SuppressWarnings("try") // it is there to be closed
  private void partition(
      Topic topic, int partition, Map<String, Long> positions, Map<String, long[]> moved)
      throws SQLException, IOException {
    positions.keySet().forEach(group -> moved.put(group, offsets(topic, moved.get(group))));
    String sql =
        "SELECT offset, timestamp, key, value, headers FROM "
            + SqlText.name(topic.name)
            + " WHERE partition = "
            + partition
            + " ORDER BY offset";
    try (Statement statement = connection.createStatement();
        Interruption.Registration running = shell.interruption().running(statement);
        ResultSet row = statement.executeQuery(sql)) {
      long count = 0;
      boolean kept = true;
      while (row.next()) {
        long offset = row.getLong(1);
        if (kept && offset != count) {
          kept = false;
          out.println(
              "-- Partition "
                  + partition
                  + ": what has offset "
                  + count
                  + " here had "
                  + offset
                  + "; offsets cannot be kept where records before were deleted.");
        }
        for (Map.Entry<String, Long> position : positions.entrySet()) {
          if (offset < position.getValue()) {
            offsets(topic, moved.get(position.getKey()))[partition] = count + 1;
          }
        }
        record(topic, partition, row);
        count++;
        if (count % ROWS_BETWEEN_CHECKS == 0) {
          shell.interruption().check();
          shell.screen().output().check();
        }
      }
      flush();
    }
  }

  private static long[] offsets(Topic topic, long @Nullable [] known) {
    return known == null ? new long[topic.partitions] : known;
  }

  private void record(Topic topic, int partition, ResultSet row) throws SQLException {
    if (rows++ == 0) {
      out.println("BEGIN;");
    }
    if (insertRows == 0) {
      insert
          .append("INSERT INTO ")
          .append(target(topic))
          .append(topic.partitions > 1 ? " (partition, " : " (")
          .append("timestamp, key, value, headers) VALUES\n  (");
    } else {
      insert.append(",\n  (");
    }
    if (topic.partitions > 1) {
      insert.append(partition).append(", ");
    }
    String key = SqlText.bytes(row.getBytes(3));
    String value = SqlText.bytes(row.getBytes(4));
    insert
        .append(SqlText.timestamp(row.getObject(2, Instant.class)))
        .append(", ")
        .append(key)
        .append(", ")
        .append(value)
        .append(", ")
        .append(SqlText.headers(row.getObject(5)))
        .append(')');
    insertRows++;
    if (insertRows == ROWS_OF_AN_INSERT || insert.length() > CHARACTERS_OF_AN_INSERT) {
      flush();
    }
  }

  /** The name, in quotes only where it has them in its CREATE TOPIC. */
  private static String target(Topic topic) {
    String prefix = "CREATE TOPIC ";
    String quoted = SqlText.name(topic.name);
    return topic.create.startsWith(prefix + quoted) ? quoted : topic.name;
  }

  private void flush() {
    if (insertRows > 0) {
      out.println(insert.append(';'));
      insert.setLength(0);
      insertRows = 0;
    }
  }
}

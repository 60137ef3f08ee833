package io.klog.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A table of millions of rows, filled once for all works that read it. Every row follows from its
 * number, so that rivals have the same ones and a work knows what is there.
 */
final class LargeTable {
  private static final int BATCH = 10_000;

  /** Of so few values are the columns that are grouped by. */
  private static final List<String> COUNTRIES =
      List.of(
          "at", "be", "ch", "de", "dk", "es", "fi", "fr", "gb", "ie", "it", "nl", "no", "pl", "pt",
          "se");

  private static final String NOTE = "left at the door, as before";

  private final String name;
  private final int rows;
  private final Shape shape;

  private LargeTable(String name, int rows, Shape shape) {
    this.name = name;
    this.rows = rows;
    this.shape = shape;
  }

  /** How a rival makes, fills, and indexes it. */
  private record Words(String create, String insert, String finish, Row row) {}

  private record Shape(Words klog, Words sqlite) {
    Words words(Rival rival) {
      return rival.equals(Rival.KLOG) ? klog : sqlite;
    }
  }

  /** Sets the parameters behind the first, which is SQLite's row id. */
  private interface Row {
    void set(PreparedStatement insert, int first, int number) throws SQLException;
  }

  /** Rows of a random key and 100 bytes; SQLite has an index on the key. */
  static LargeTable ofKeys(int rows) {
    return raw(
        "keys",
        rows,
        "v BLOB",
        "CREATE INDEX t_k ON t (k)",
        (insert, first, number) -> {
          insert.setBytes(first, key(number));
          insert.setBytes(first + 1, value(number));
        });
  }

  /** Rows whose value is a JSON object of about 100 bytes; their key is a country. */
  static LargeTable ofJson(int rows) {
    return raw(
        "json",
        rows,
        "v TEXT",
        "",
        (insert, first, number) -> {
          insert.setBytes(first, country(number).getBytes(StandardCharsets.UTF_8));
          insert.setString(first + 1, json(number));
        });
  }

  private static LargeTable raw(String name, int rows, String value, String finish, Row row) {
    return new LargeTable(
        name,
        rows,
        new Shape(
            new Words("CREATE TOPIC t", "INSERT INTO t (key, value) VALUES (?, ?)", "", row),
            new Words(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, k BLOB, " + value + ")",
                "INSERT INTO t (id, k, v) VALUES (?, ?, ?)",
                finish,
                row)));
  }

  /** The same JSON objects, which to klog are columns. */
  static LargeTable ofColumns(int rows) {
    return new LargeTable(
        "columns",
        rows,
        new Shape(
            new Words(
                "CREATE TOPIC t (id BIGINT, country VARCHAR, amount INTEGER, note VARCHAR)"
                    + " WITH ('format'='json')",
                "INSERT INTO t (id, country, amount, note) VALUES (?, ?, ?, ?)",
                "",
                (insert, first, number) -> {
                  insert.setLong(first, id(number));
                  insert.setString(first + 1, country(number));
                  insert.setInt(first + 2, amount(number));
                  insert.setString(first + 3, NOTE);
                }),
            new Words(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
                "INSERT INTO t (id, v) VALUES (?, ?)",
                "",
                (insert, first, number) -> insert.setString(first, json(number)))));
  }

  void fill(Path folder) throws SQLException {
    for (Rival rival : List.of(Rival.KLOG, Rival.SQLITE)) {
      long start = System.nanoTime();
      fill(rival, rival.url(folder, name, "OFF"));
      Report.progress(
          String.format(
              "%s has filled %s with %,d rows in %.1f s",
              rival.name(), name, rows, (System.nanoTime() - start) / 1e9));
    }
  }

  private void fill(Rival rival, String url) throws SQLException {
    Words words = shape.words(rival);
    int first = rival.equals(Rival.KLOG) ? 1 : 2;
    try (Connection connection = rival.connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute(words.create());
      connection.setAutoCommit(false);
      try (PreparedStatement insert = connection.prepareStatement(words.insert())) {
        for (int number = 0; number < rows; number++) {
          if (first == 2) {
            insert.setLong(1, number); // as klog counts
          }
          words.row().set(insert, first, number);
          insert.addBatch();
          if ((number + 1) % BATCH == 0 || number + 1 == rows) {
            insert.executeBatch();
            connection.commit();
          }
        }
      }
      if (!words.finish().isEmpty()) {
        statement.execute(words.finish());
        connection.commit();
      }
    }
  }

  /** Sixteen bytes that are as good as random, and different for each number. */
  static byte[] key(int number) {
    return ByteBuffer.allocate(16).putLong(mix(number)).putLong(mix(~number)).array();
  }

  private static byte[] value(int number) {
    byte[] value = new byte[100];
    ByteBuffer.wrap(value).putInt(number);
    return value;
  }

  /** Of a table of so many rows, the number of one of them, another each time. */
  static int pick(int time, int rows) {
    return (int) Long.remainderUnsigned(mix(time + 1L), rows);
  }

  private static String country(int number) {
    return COUNTRIES.get(pick(number, COUNTRIES.size()));
  }

  private static long id(int number) {
    return 1_000_000_000L + number;
  }

  private static int amount(int number) {
    return pick(~number, 1_000);
  }

  private static String json(int number) {
    return "{\"id\":"
        + id(number)
        + ",\"country\":\""
        + country(number)
        + "\",\"amount\":"
        + amount(number)
        + ",\"note\":\""
        + NOTE
        + "\"}";
  }

  /** The finaliser of a well-known generator of random numbers, splitmix64. */
  private static long mix(long number) {
    long z = number * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

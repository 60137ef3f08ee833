package io.klog.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database under test, and how it says the same things.
 *
 * @param create makes the table of the works: an ascending number, a key, a value
 * @param insert takes key and value
 * @param scan gives number, key, value of all rows
 * @param seek takes a number and gives the ten rows behind it
 */
record Rival(
    String name,
    String urlPrefix,
    String syncOption,
    String create,
    String insert,
    String scan,
    String seek) {

  static final Rival KLOG =
      new Rival(
          "klog",
          "jdbc:klog:",
          "?sync=",
          "CREATE TOPIC t",
          "INSERT INTO t (key, value) VALUES (?, ?)",
          "SELECT offset, key, value FROM t",
          "SELECT offset, key, value FROM t WHERE offset > ? LIMIT 10");

  static final Rival SQLITE =
      new Rival(
          "SQLite",
          "jdbc:sqlite:",
          "?journal_mode=WAL&synchronous=",
          "CREATE TABLE t (id INTEGER PRIMARY KEY, k BLOB, v BLOB)",
          "INSERT INTO t (k, v) VALUES (?, ?)",
          "SELECT id, k, v FROM t",
          "SELECT id, k, v FROM t WHERE id > ? ORDER BY id LIMIT 10");

  static Rival of(String name) {
    return name.equals(KLOG.name) ? KLOG : SQLITE;
  }

  /** Of a new or an existing database in the folder. */
  String url(Path folder, String file, String sync) {
    return urlPrefix + folder.resolve(file + "." + name) + syncOption + sync;
  }

  Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url);
  }

  Connection createTable(String url) throws SQLException {
    Connection connection = connect(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute(create);
    }
    return connection;
  }
}

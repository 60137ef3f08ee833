package io.klog.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A database in memory, of its own for each test, that is there until it is closed. */
final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String url = "jdbc:klog:mem:test" + COUNT.incrementAndGet();
  private final Connection keeper;

  TestDatabase(String... statements) throws SQLException {
    keeper = connect();
    execute(statements);
  }

  String url() {
    return url;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  void execute(String... statements) throws SQLException {
    try (Statement statement = keeper.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The rows of a query as text, columns with a bar between. */
  List<String> rows(String sql) throws SQLException {
    try (Statement statement = keeper.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows(rows);
    }
  }

  static List<String> rows(ResultSet rows) throws SQLException {
    List<String> result = new ArrayList<>();
    ResultSetMetaData metadata = rows.getMetaData();
    while (rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        row.add(rows.getString(i));
      }
      result.add(String.join("|", row));
    }
    return result;
  }

  @Override
  public void close() throws SQLException {
    keeper.close();
  }
}

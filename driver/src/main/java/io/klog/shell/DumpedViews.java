package io.klog.shell;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The views of a dump. A view is created after those that it reads; which these are, its text tells
 * nobody who does not know SQL. So they are created in a database in memory, again and again those
 * that could not be before.
 */
final class DumpedViews {
  private final Connection connection;
  private final PrintWriter out;
  private final Interruption interruption;
  private final List<String> topics;

  /**
   * @param topics the statements that create them
   */
  DumpedViews(Shell shell, List<String> topics) {
    this.connection = shell.connection();
    this.out = shell.screen().out();
    this.interruption = shell.interruption();
    this.topics = topics;
  }

  void print() throws SQLException {
    Map<String, String> views = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT name, text FROM klog.views ORDER BY name")) {
      while (row.next()) {
        views.put(row.getString(1), row.getString(2));
      }
    }
    if (views.isEmpty()) {
      return;
    }
    List<String> texts = new ArrayList<>();
    Map<String, String> faults = new LinkedHashMap<>();
    try (Connection scratch =
            DriverManager.getConnection("jdbc:klog:mem:dump-" + UUID.randomUUID());
        Statement statement = scratch.createStatement()) {
      for (String topic : topics) {
        statement.execute(topic);
      }
      while (take(views, statement, texts, faults)) {
        interruption.check();
      }
    }
    out.println();
    texts.forEach(text -> out.println(SqlText.ended(text)));
    views.forEach(
        (name, text) -> {
          out.println("-- View " + name + " cannot be created: " + faults.get(name));
          text.lines().forEach(line -> out.println("--   " + line));
        });
  }

  /** Moves the views that can be created by now to the texts; whether there was one. */
  private static boolean take(
      Map<String, String> views,
      Statement statement,
      List<String> texts,
      Map<String, String> faults) {
    int before = views.size();
    Iterator<Map.Entry<String, String>> each = views.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, String> view = each.next();
      try {
        statement.execute(view.getValue());
        texts.add(view.getValue());
        each.remove();
      } catch (SQLException e) {
        // Perhaps once another view is there.
        faults.put(view.getKey(), String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
      }
    }
    return views.size() < before;
  }
}

package io.klog.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Asks one question of a table that is there, prepared once. */
final class QueryWork implements Work {
  /** A round that has lasted so long ends. */
  private static final long ENOUGH_NANOS = 500_000_000;

  private static final int COMPARED = 5;

  private final Connection connection;
  private final PreparedStatement statement;
  private final Question question;
  private int asked;

  private QueryWork(Rival rival, Path folder, Question question) throws SQLException {
    this.question = question;
    connection = rival.connect(rival.url(folder, question.table(), "OFF"));
    statement = connection.prepareStatement(question.sql(rival));
  }

  /** Times it, of klog and of SQLite, once their answers are the same. */
  static double[] compare(Question question, Path folder, Contest contest) throws Exception {
    try (QueryWork klog = new QueryWork(Rival.KLOG, folder, question);
        QueryWork sqlite = new QueryWork(Rival.SQLITE, folder, question)) {
      for (int i = 0; i < Math.min(question.times(), COMPARED); i++) {
        List<String> ours = klog.answer();
        List<String> theirs = sqlite.answer();
        if (!ours.equals(theirs)) {
          throw new IllegalStateException(
              question.klog() + " gives " + ours + ", SQLite has " + theirs);
        }
      }
      return contest.run(List.of(klog, sqlite));
    }
  }

  @Override
  public long round() throws SQLException {
    long start = System.nanoTime();
    int done = 0;
    while (done < question.times() && System.nanoTime() - start < ENOUGH_NANOS) {
      ask();
      done++;
    }
    return done;
  }

  private void ask() throws SQLException {
    question.parameters().set(statement, asked++);
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          rows.getObject(i);
        }
      }
    }
  }

  private List<String> answer() throws SQLException {
    question.parameters().set(statement, asked++);
    List<String> answer = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          Object value = rows.getObject(i);
          row.add(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value + "");
        }
        answer.add(row.toString());
      }
    }
    return answer;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

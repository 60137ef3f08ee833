package io.klog.bench;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Questions to millions of rows. */
final class LargeWorks {
  private static final int KEYS = 10_000_000;
  private static final int GROUPED = 2_000_000;
  private static final int FILTERED = 1_000_000;

  private final Path folder;
  private final Report report;

  LargeWorks(Path folder, Report report) {
    this.folder = folder;
    this.report = report;
  }

  void keys() throws Exception {
    LargeTable.ofKeys(KEYS).fill(folder);
    ask(
        "count(*) of 10 M rows",
        new Question(
            "keys",
            "SELECT count(*) FROM t",
            "SELECT count(*) FROM t",
            (statement, number) -> {},
            500));
    ask(
        "last 10 of 10 M rows, prepared",
        new Question(
            "keys",
            "SELECT offset, key, value FROM t ORDER BY offset DESC LIMIT 10",
            "SELECT id, k, v FROM t ORDER BY id DESC LIMIT 10",
            (statement, number) -> {},
            2_000));
    ask("a key among 10 M, prepared", keyLookup(LargeWorks::present));
    ask("a key that none of 10 M has, prepared", keyLookup(LargeWorks::absent));
  }

  private static Question keyLookup(Question.Parameters key) {
    return new Question(
        "keys",
        "SELECT offset, value FROM t WHERE key = ?",
        "SELECT id, v FROM t WHERE k = ?",
        key,
        1_000);
  }

  private static void present(PreparedStatement statement, int number) throws SQLException {
    statement.setBytes(1, LargeTable.key(LargeTable.pick(number, KEYS)));
  }

  private static void absent(PreparedStatement statement, int number) throws SQLException {
    statement.setBytes(1, LargeTable.key(KEYS + number));
  }

  void json() throws Exception {
    LargeTable.ofJson(GROUPED).fill(folder);
    ask(
        "GROUP BY a key of 16 values, 2 M rows",
        Question.once(
            "json",
            "SELECT key, count(*) FROM t GROUP BY key ORDER BY key",
            "SELECT k, count(*) FROM t GROUP BY k ORDER BY k"));
    ask(
        "JSON_VALUE(value, path) = 'de' of 1 M rows",
        Question.once(
            "json",
            "SELECT count(*) FROM t WHERE JSON_VALUE(value, '$.country') = 'de' AND offset < "
                + FILTERED,
            "SELECT count(*) FROM t WHERE json_extract(v, '$.country') = 'de' AND id < "
                + FILTERED));
    LargeTable.ofColumns(FILTERED).fill(folder);
    ask(
        "a column kept as JSON = 'de' of 1 M rows",
        Question.once(
            "columns",
            "SELECT count(*) FROM t WHERE country = 'de'",
            "SELECT count(*) FROM t WHERE json_extract(v, '$.country') = 'de'"));
    ask(
        "GROUP BY a column kept as JSON, 1 M rows",
        Question.once(
            "columns",
            "SELECT country, count(*), sum(amount) FROM t GROUP BY country ORDER BY country",
            "SELECT json_extract(v, '$.country'), count(*), sum(json_extract(v, '$.amount'))"
                + " FROM t GROUP BY 1 ORDER BY 1"));
  }

  private void ask(String work, Question question) throws Exception {
    double[] ns = QueryWork.compare(question, folder, new Contest(2, 5));
    report.line(work, ns[0], ns[1], Goal.NONE);
  }
}

package io.klog.bench;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A query that all rivals answer alike, each in its words.
 *
 * @param parameters sets those of the n-th time that it is asked, the same for each rival
 * @param times how often it is asked in a round, at most: a round also ends after a while
 */
record Question(String table, String klog, String sqlite, Parameters parameters, int times) {
  /** One that takes so long that a round of it is one. */
  static Question once(String table, String klog, String sqlite) {
    return new Question(table, klog, sqlite, (statement, number) -> {}, 1);
  }

  String sql(Rival rival) {
    return rival.equals(Rival.KLOG) ? klog : sqlite;
  }

  /** Sets the parameters. */
  interface Parameters {
    void set(PreparedStatement statement, int number) throws SQLException;
  }
}

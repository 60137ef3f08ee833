package io.klog.suite;

import java.sql.SQLException;
import java.util.Optional;

/**
 * SQLite, for which the scripts were written: nothing is skipped. It shows that the runner is
 * right.
 */
final class SqliteDialect implements Dialect {
  @Override
  public String database() {
    return "sqlite";
  }

  @Override
  public Optional<Rule> skip(Entry entry) {
    return Optional.empty();
  }

  @Override
  public Optional<Rule> excuse(Entry entry, SQLException failure) {
    return Optional.empty();
  }

  @Override
  public String translate(String sql) {
    return sql;
  }

  @Override
  public boolean isExtra(String label) {
    return false;
  }
}

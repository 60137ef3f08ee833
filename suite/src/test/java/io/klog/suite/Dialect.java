package io.klog.suite;

import java.sql.SQLException;
import java.util.Optional;

/**
 * How a database takes a script; made anew for each script, as it may remember what it has seen.
 */
interface Dialect {
  /** As {@code onlyif} and {@code skipif} name it. */
  String database();

  /** Why an entry is not run. */
  Optional<Rule> skip(Entry entry);

  /** Why an entry that was expected to work may fail so. */
  Optional<Rule> excuse(Entry entry, SQLException failure);

  /** What to execute for what a script says. */
  String translate(String sql);

  /** Whether a column is not meant by {@code SELECT *}. */
  boolean isExtra(String label);
}

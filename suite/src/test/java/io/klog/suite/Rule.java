package io.klog.suite;

/** Why entries of a script are not run, or may fail. */
enum Rule {
  OTHER_DATABASE("the script says that it is for other databases only (onlyif, skipif)"),
  CHANGES_ROWS("UPDATE, REPLACE, and DELETE other than by key or offset: a topic is appended to"),
  AFTER_CHANGE("names a table whose rows were to be changed by an entry that was skipped"),
  INDEX("CREATE INDEX, DROP INDEX, REINDEX: there are none to make; results are the same without"),
  TRIGGER("CREATE TRIGGER, DROP TRIGGER: there are none"),
  DISTINCT_STAR("SELECT DISTINCT *: the offset of a row is among the columns, so all are distinct"),
  EMPTY_LIST("IN (): standard SQL has no empty lists"),
  BYTES_AND_NUMBERS("bytes compared with numbers: never equal in SQLite, refused (42000) by klog"),
  UNGROUPED(
      "a column that is neither grouped by nor aggregated: of any row in SQLite, an error (42803) in"
          + " standard SQL"),
  DIVISION_BY_ZERO("division by zero is NULL in SQLite, an error (22012) in standard SQL");

  private final String reason;

  Rule(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}

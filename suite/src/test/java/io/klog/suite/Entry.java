package io.klog.suite;

import java.util.List;
import java.util.Optional;

/** What a script asks for, one after the other. */
sealed interface Entry {
  /** Where it begins in the script, from 1. */
  int line();

  /** For which databases it is meant. */
  List<Condition> conditions();

  /** Whether it is meant for a database of this name. */
  default boolean isFor(String database) {
    return conditions().stream().allMatch(condition -> condition.allows(database));
  }

  /** {@code onlyif} or {@code skipif}. */
  record Condition(boolean only, String database) {
    private boolean allows(String name) {
      return only == database.equalsIgnoreCase(name);
    }
  }

  /** Something that gives no rows, and works, or fails if it shall. */
  record Command(int line, List<Condition> conditions, boolean fails, String sql)
      implements Entry {}

  /**
   * Something that gives rows.
   *
   * @param types a letter for each column: I for whole numbers, R for others, T for text
   * @param label queries with the same one have the same result
   * @param expected the values, row by row, sorted as {@code order} says; or one line that says how
   *     many they are and what they hash to; absent if nothing is expected of the result
   */
  record Query(
      int line,
      List<Condition> conditions,
      String types,
      Order order,
      Optional<String> label,
      String sql,
      Optional<List<String>> expected)
      implements Entry {}

  /** Where the script ends early. */
  record Halt(int line, List<Condition> conditions) implements Entry {}

  /** How a result is sorted before it is compared. */
  enum Order {
    /** Not at all: the query says ORDER BY. */
    NOSORT,
    /** By rows. */
    ROWSORT,
    /** All values of all rows by themselves. */
    VALUESORT
  }
}

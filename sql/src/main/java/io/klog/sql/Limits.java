package io.klog.sql;

import org.jspecify.annotations.Nullable;

/** What LIMIT, OFFSET and FOR CONSUMER GROUP are given at execution. */
final class Limits {
  private Limits() {}

  /** The count that a LIMIT or OFFSET has; a NULL is none given. */
  static long count(Expr expression, Execution execution, String clause) {
    return count(expression.eval(NoRow.INSTANCE, execution), clause);
  }

  static long count(@Nullable Object value, String clause) {
    if (value == null) {
      return clause.equals("LIMIT") ? Long.MAX_VALUE : 0;
    }
    long count = ((Number) value).longValue();
    if (count < 0) {
      throw new SqlFault(
          clause.equals("LIMIT") ? "2201W" : "2201X", clause + " is negative: " + count);
    }
    return count;
  }

  static String group(ScanSpec.GroupRef group, Execution execution) {
    String name =
        group.name() != null ? group.name() : (String) execution.parameter(group.parameter());
    if (name == null || name.isEmpty()) {
      throw new SqlFault("22023", "the consumer group's name is missing");
    }
    return name;
  }
}

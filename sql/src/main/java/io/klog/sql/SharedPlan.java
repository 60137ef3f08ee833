package io.klog.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/**
 * A query's plan for all texts of a template.
 *
 * @param literals of the template, that are the last parameters of the plan
 */
record SharedPlan(PreparedQuery plan, List<Integer> literals) {
  /** The plan, or null where a literal means something else than a parameter in its place does. */
  static @Nullable SharedPlan of(SqlTemplate template, List<Integer> literals, PreparedQuery plan) {
    List<RelDataType> types = plan.parameterTypes();
    int first = types.size() - literals.size();
    for (int i = 0; i < literals.size(); i++) {
      if (!isTheSame(template.isText(literals.get(i)), types.get(first + i))) {
        return null;
      }
    }
    return new SharedPlan(plan, literals);
  }

  private static boolean isTheSame(boolean isText, RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, DOUBLE -> !isText;
      case VARCHAR, VARBINARY -> isText;
      default -> false;
    };
  }

  /** The plan of a text, or null where one of its literals is none of the parameter's type. */
  @Nullable PreparedQuery of(SqlTemplate text) {
    List<RelDataType> types = plan.parameterTypes();
    int first = types.size() - literals.size();
    @Nullable Object[] values = new Object[literals.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = Coercion.coerce(text.value(literals.get(i)), types.get(first + i), first + i);
      } catch (SqlFault e) {
        return null; // a literal beyond the type's range is compared none the less
      }
    }
    return plan.with(text.sql(), values);
  }
}

package io.klog.sql;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/** A plan. Immutable but for the cache's mark. */
abstract sealed class Prepared implements PreparedSql
    permits PreparedQuery, PreparedInsert, PreparedDeletion, PreparedDdl, PreparedCommand {
  /** What all plans have. */
  record Head(
      String sql,
      long catalogVersion,
      List<ColumnInfo> columns,
      List<RelDataType> parameterTypes) {}

  private final Head head;
  private final List<ParameterInfo> parameters;

  /** Set by lookups, cleared by the cache's sweeps; a race costs a plan its place at worst. */
  private volatile boolean used;

  Prepared(Head head) {
    this.head = head;
    this.parameters = head.parameterTypes().stream().map(Prepared::info).toList();
  }

  private static ParameterInfo info(RelDataType type) {
    return new ParameterInfo(
        JdbcTypes.of(type),
        JdbcTypes.name(type),
        JdbcTypes.precision(type),
        JdbcTypes.scale(type),
        true);
  }

  @Override
  public final String sql() {
    return head.sql();
  }

  @Override
  public final List<ColumnInfo> columns() {
    return head.columns();
  }

  @Override
  public final List<ParameterInfo> parameters() {
    return parameters;
  }

  final List<RelDataType> parameterTypes() {
    return head.parameterTypes();
  }

  /** The version of the catalog that the plan is for. */
  final long catalogVersion() {
    return head.catalogVersion();
  }

  /** Whether planning it again costs so little that it need not be kept. */
  boolean isCheap() {
    return false;
  }

  final boolean isUsed() {
    return used;
  }

  final void setUsed(boolean newUsed) {
    // Only written when it changes: the mark of a hot plan is shared by many cores.
    if (used != newUsed) {
      used = newUsed;
    }
  }

  final void checkCount(int count) {
    if (count != parameters.size()) {
      throw new SqlFault(
          "07001", "the statement has " + parameters.size() + " parameters, not " + count);
    }
  }

  /** The parameters as canonical values of the types that their places want. */
  final @Nullable Object[] coerced(@Nullable Object[] values) {
    checkCount(values.length);
    @Nullable Object[] coerced = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      coerced[i] = Coercion.coerce(values[i], head.parameterTypes().get(i), i);
    }
    return coerced;
  }
}

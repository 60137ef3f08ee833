package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a result, worked out once for all executions of a statement. Indexes count from 0
 * here.
 */
final class ResultColumns {
  private final List<ColumnInfo> columns;
  private final ColumnKind[] kinds;
  // Made at the first use by label, and never changed then: a race makes it twice at worst.
  private volatile @Nullable Map<String, Integer> byLabel;

  ResultColumns(List<ColumnInfo> columns) {
    this.columns = List.copyOf(columns);
    this.kinds = new ColumnKind[columns.size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = ColumnKind.of(columns.get(i));
    }
  }

  int count() {
    return kinds.length;
  }

  ColumnInfo info(int index) {
    return columns.get(index);
  }

  /** Not to be changed. */
  ColumnKind[] kinds() {
    return kinds;
  }

  /** The first column of that label, whatever the case. */
  int index(@Nullable String label) throws SQLException {
    Map<String, Integer> map = byLabel;
    if (map == null) {
      map = labels();
      byLabel = map;
    }
    Integer index = map.get(label);
    if (index == null && label != null) {
      index = map.get(lower(label));
    }
    if (index == null) {
      throw SqlExceptions.of(
          SqlExceptions.UNKNOWN_COLUMN,
          "the result has no column '"
              + label
              + "'; it has "
              + String.join(", ", columns.stream().map(ColumnInfo::label).toList()));
    }
    return index;
  }

  /** Each label in lower case and, so that the usual call need not fold it, as it is written. */
  private Map<String, Integer> labels() {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < kinds.length; i++) {
      map.putIfAbsent(lower(info(i).label()), i);
    }
    for (ColumnInfo column : columns) {
      Integer first = map.get(lower(column.label()));
      if (first != null) {
        map.putIfAbsent(column.label(), first);
      }
    }
    return map;
  }

  private static String lower(String label) {
    return label.toLowerCase(Locale.ROOT);
  }
}

package io.klog.jdbc;

import io.klog.sql.ColumnInfo;
import io.klog.sql.GeneratedKeys;
import io.klog.sql.Rows;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of the columns that klog makes up at an insert the caller asked for. RETURN_GENERATED_KEYS
 * means the offset alone: callers that ask so expect one column.
 */
final class KeyColumns {
  static final KeyColumns NONE = new KeyColumns();
  static final KeyColumns OFFSET = new KeyColumns(false);

  private static final List<KeyColumns> ALL =
      List.of(
          NONE,
          OFFSET,
          new KeyColumns(true),
          new KeyColumns(false, true),
          new KeyColumns(true, false));

  private final boolean[] isPartition;
  private final ResultColumns columns;

  private KeyColumns(boolean... isPartition) {
    this.isPartition = isPartition;
    List<ColumnInfo> infos = new ArrayList<>();
    for (boolean partition : isPartition) {
      infos.add(
          partition
              ? column("partition", JDBCType.INTEGER, "INTEGER")
              : column("offset", JDBCType.BIGINT, "BIGINT"));
    }
    this.columns = new ResultColumns(infos);
  }

  private static ColumnInfo column(String name, JDBCType type, String typeName) {
    return new ColumnInfo(name, name, null, null, type, typeName, 0, 0, false);
  }

  static KeyColumns of(int flag) throws SQLException {
    return switch (flag) {
      case Statement.NO_GENERATED_KEYS -> NONE;
      case Statement.RETURN_GENERATED_KEYS -> OFFSET;
      default -> throw SqlExceptions.invalidArgument(flag + " says nothing about generated keys");
    };
  }

  static KeyColumns of(String @Nullable [] names) throws SQLException {
    boolean[] partitions = new boolean[names == null ? 0 : names.length];
    for (int i = 0; i < partitions.length; i++) {
      String name = names == null ? null : names[i];
      partitions[i] = "partition".equalsIgnoreCase(name);
      if (!partitions[i] && !"offset".equalsIgnoreCase(name)) {
        throw refused(name);
      }
    }
    return of(partitions);
  }

  /**
   * @param indexes of the columns as SELECT * gives them: 1 is the offset, 2 the partition
   */
  static KeyColumns of(int @Nullable [] indexes) throws SQLException {
    boolean[] partitions = new boolean[indexes == null ? 0 : indexes.length];
    for (int i = 0; i < partitions.length; i++) {
      int index = indexes == null ? 0 : indexes[i];
      partitions[i] = index == 2;
      if (index != 1 && index != 2) {
        throw refused(index);
      }
    }
    return of(partitions);
  }

  private static KeyColumns of(boolean[] partitions) throws SQLException {
    for (KeyColumns candidate : ALL) {
      if (Arrays.equals(candidate.isPartition, partitions)) {
        return candidate;
      }
    }
    throw SqlExceptions.invalidArgument("a generated column was asked for twice");
  }

  private static SQLException refused(@Nullable Object column) {
    return SqlExceptions.of(
        SqlExceptions.UNKNOWN_COLUMN,
        "no generated column " + column + "; there are offset (1) and partition (2)");
  }

  ResultColumns columns() {
    return this == NONE ? OFFSET.columns : columns;
  }

  /** The asked columns of the keys. */
  Rows rows(GeneratedKeys keys) {
    return new KeyRows(keys, isPartition);
  }

  private static final class KeyRows implements Rows {
    private final GeneratedKeys keys;
    private final boolean[] isPartition;
    private int row = -1;

    KeyRows(GeneratedKeys keys, boolean[] isPartition) {
      this.keys = keys;
      this.isPartition = isPartition;
    }

    @Override
    public boolean next() {
      if (row + 1 >= keys.size()) {
        return false;
      }
      row++;
      return true;
    }

    @Override
    public boolean isNull(int column) {
      return false;
    }

    @Override
    public long getLong(int column) {
      return keys.offset(row);
    }

    @Override
    public int getInt(int column) {
      return keys.partition(row);
    }

    @Override
    public double getDouble(int column) {
      return 0;
    }

    @Override
    public @Nullable String getString(int column) {
      return null;
    }

    @Override
    public byte @Nullable [] getBytes(int column) {
      return null;
    }

    @Override
    public @Nullable Object getObject(int column) {
      if (isPartition[column]) {
        return keys.partition(row);
      }
      return keys.offset(row);
    }

    @Override
    public void close() {}
  }
}

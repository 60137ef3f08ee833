package io.klog.sql;

import io.klog.RecordCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records of a topic with all its columns, straight out of a store's cursor. */
abstract class RecordRows extends RowCursor {
  // Where the rows stand; null before the first and behind the last.
  @Nullable RecordCursor record;
  int partition;

  private final int keyColumn;
  private final int valueColumn;
  private final int headersColumn;
  // What reads the columns that a typed topic declares; null for a raw one.
  private final @Nullable RecordFields fields;

  /**
   * @param fields null where the topic declares no columns
   */
  RecordRows(Columns columns, @Nullable RecordFields fields) {
    this.keyColumn = columns.key();
    this.valueColumn = columns.value();
    this.headersColumn = columns.headers();
    this.fields = fields;
  }

  /** Sets record and partition to what comes next. */
  abstract boolean step();

  @Override
  public final boolean next() {
    if (!step()) {
      return false;
    }
    if (fields != null) {
      fields.reset();
    }
    return true;
  }

  private RecordCursor current() {
    RecordCursor current = record;
    if (current == null) {
      throw new IllegalStateException("there is no current row");
    }
    return current;
  }

  /** What reads the declared column. */
  private RecordFields field(int column) {
    RecordFields declared = fields;
    if (declared == null) {
      throw new IndexOutOfBoundsException("column " + column);
    }
    declared.read(column - Columns.FIRST_DECLARED, current(), partition);
    return declared;
  }

  @Override
  public boolean isNull(int column) {
    if (column < Columns.FIRST_DECLARED || column == headersColumn) {
      return false;
    }
    if (column == keyColumn) {
      return current().keyLength() < 0;
    }
    return column == valueColumn
        ? current().valueLength() < 0
        : field(column).isNull(column - Columns.FIRST_DECLARED);
  }

  @Override
  public long getLong(int column) {
    return switch (column) {
      case Columns.OFFSET -> current().offset();
      case Columns.TIMESTAMP -> current().timestamp();
      case Columns.PARTITION -> partition;
      default -> field(column).getLong(column - Columns.FIRST_DECLARED);
    };
  }

  @Override
  public int getInt(int column) {
    return column == Columns.PARTITION ? partition : (int) getLong(column);
  }

  @Override
  public double getDouble(int column) {
    return field(column).getDouble(column - Columns.FIRST_DECLARED);
  }

  @Override
  public @Nullable String getString(int column) {
    RecordCursor current = current();
    if (column == keyColumn) {
      return text(current.keyArray(), current.keyStart(), current.keyLength());
    }
    return column == valueColumn
        ? text(current.valueArray(), current.valueStart(), current.valueLength())
        : super.getString(column);
  }

  private static @Nullable String text(byte[] array, int start, int length) {
    return length < 0 ? null : new String(array, start, length, StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    if (column == keyColumn) {
      return current().key();
    }
    return column == valueColumn ? current().value() : (byte[]) getObject(column);
  }

  @Override
  int compareBytes(int column, byte[] other) {
    RecordCursor current = current();
    if (column == keyColumn) {
      int start = current.keyStart();
      return Arrays.compareUnsigned(
          current.keyArray(), start, start + current.keyLength(), other, 0, other.length);
    }
    if (column != valueColumn) {
      return super.compareBytes(column, other);
    }
    int start = current.valueStart();
    return Arrays.compareUnsigned(
        current.valueArray(), start, start + current.valueLength(), other, 0, other.length);
  }

  @Override
  void writeBytes(int column, KeyBuffer to) {
    RecordCursor current = current();
    if (column == keyColumn) {
      to.addBytes(current.keyArray(), current.keyStart(), current.keyLength());
    } else if (column == valueColumn) {
      to.addBytes(current.valueArray(), current.valueStart(), current.valueLength());
    } else {
      super.writeBytes(column, to);
    }
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    RecordCursor current = current();
    if (column == keyColumn) {
      to.addUtf8(current.keyArray(), current.keyStart(), current.keyLength());
    } else if (column == valueColumn) {
      to.addUtf8(current.valueArray(), current.valueStart(), current.valueLength());
    } else {
      super.writeText(column, to);
    }
  }

  @Override
  public @Nullable Object getObject(int column) {
    return switch (column) {
      case Columns.OFFSET -> current().offset();
      case Columns.PARTITION -> partition;
      case Columns.TIMESTAMP -> current().timestamp();
      default -> other(column);
    };
  }

  private @Nullable Object other(int column) {
    if (column == keyColumn) {
      return current().key();
    }
    if (column == valueColumn) {
      return current().value();
    }
    return column == headersColumn
        ? CanonicalValues.toMap(current().headers())
        : field(column).getObject(column - Columns.FIRST_DECLARED);
  }
}

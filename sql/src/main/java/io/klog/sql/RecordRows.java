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

  private RecordCursor current() {
    RecordCursor current = record;
    if (current == null) {
      throw new IllegalStateException("there is no current row");
    }
    return current;
  }

  @Override
  public boolean isNull(int column) {
    return switch (column) {
      case Columns.KEY -> current().keyLength() < 0;
      case Columns.VALUE -> current().valueLength() < 0;
      default -> false;
    };
  }

  @Override
  public long getLong(int column) {
    return switch (column) {
      case Columns.OFFSET -> current().offset();
      case Columns.TIMESTAMP -> current().timestamp();
      default -> partition;
    };
  }

  @Override
  public int getInt(int column) {
    return partition;
  }

  @Override
  public @Nullable String getString(int column) {
    RecordCursor current = current();
    return switch (column) {
      case Columns.KEY -> text(current.keyArray(), current.keyStart(), current.keyLength());
      case Columns.VALUE -> text(current.valueArray(), current.valueStart(), current.valueLength());
      default -> super.getString(column);
    };
  }

  private static @Nullable String text(byte[] array, int start, int length) {
    return length < 0 ? null : new String(array, start, length, StandardCharsets.UTF_8);
  }

  @Override
  public byte @Nullable [] getBytes(int column) {
    return column == Columns.KEY ? current().key() : current().value();
  }

  @Override
  int compareBytes(int column, byte[] other) {
    RecordCursor current = current();
    if (column == Columns.KEY) {
      int start = current.keyStart();
      return Arrays.compareUnsigned(
          current.keyArray(), start, start + current.keyLength(), other, 0, other.length);
    }
    int start = current.valueStart();
    return Arrays.compareUnsigned(
        current.valueArray(), start, start + current.valueLength(), other, 0, other.length);
  }

  @Override
  void writeBytes(int column, KeyBuffer to) {
    RecordCursor current = current();
    if (column == Columns.KEY) {
      to.addBytes(current.keyArray(), current.keyStart(), current.keyLength());
    } else {
      to.addBytes(current.valueArray(), current.valueStart(), current.valueLength());
    }
  }

  @Override
  void writeText(int column, KeyBuffer to) {
    RecordCursor current = current();
    if (column == Columns.KEY) {
      to.addUtf8(current.keyArray(), current.keyStart(), current.keyLength());
    } else if (column == Columns.VALUE) {
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
      case Columns.KEY -> current().key();
      case Columns.VALUE -> current().value();
      case Columns.HEADERS -> CanonicalValues.toMap(current().headers());
      default -> throw new IndexOutOfBoundsException("column " + column);
    };
  }
}

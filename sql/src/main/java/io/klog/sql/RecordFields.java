package io.klog.sql;

import io.klog.Column;
import io.klog.RecordCursor;
import io.klog.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The declared columns of the record at which a cursor stands. Nothing is read before it is asked
 * for; then JSON is stepped over once, however many columns are asked for, and each of these is
 * made of its own part of it. For one thread at a time.
 */
final class RecordFields {
  static final String ON_ERROR = "on.error";
  static final String FAIL = "fail";

  /** What is known of a column of the current record. */
  private static final byte UNREAD = 0;

  private static final byte NULL = 1;
  private static final byte OBJECT = 2;
  private static final byte NUMBER = 3;
  private static final byte APPROXIMATE = 4;

  private final Wanted wanted;
  private final RelDataType[] types;

  private final JsonMembers members;
  private boolean scanned;
  // Negative where the value is no object: then where it is not.
  private int result;

  private final byte[] states;
  private final long[] numbers;
  private final @Nullable Object[] objects;

  /** What is the same for all executions of a scan. Never changed. */
  static final class Wanted {
    private final Topic topic;
    private final List<Column> declared;
    private final RelDataType[] types;
    private final TopicFormat format;

    /** Whether what is none of a column's type fails. */
    private final boolean fails;

    /** Of each declared column its place among the members; -1 where it is not wanted in JSON. */
    private final int[] places;

    /** Of the members, in UTF-8. */
    private final byte[][] names;

    /**
     * @param fields the declared columns that may be asked for, by their place among these
     */
    Wanted(Topic topic, Columns columns, int[] fields) {
      this.topic = topic;
      this.declared = columns.declared();
      this.types = columns.declaredTypes().toArray(new RelDataType[0]);
      this.format = TopicFormat.of(topic);
      this.fails = FAIL.equals(topic.options().get(ON_ERROR));
      this.places = new int[types.length];
      Arrays.fill(places, -1);
      List<String> members = new ArrayList<>();
      for (int field : fields) {
        if (!declared.get(field).isKey()) {
          places[field] = members.size();
          members.add(declared.get(field).name());
        }
      }
      this.names = JsonMembers.inUtf8(members);
    }
  }

  RecordFields(Wanted wanted) {
    this.wanted = wanted;
    this.types = wanted.types;
    this.members = new JsonMembers(wanted.names);
    this.states = new byte[types.length];
    this.numbers = new long[types.length];
    this.objects = new Object[types.length];
  }

  /** The cursor stands at another record. */
  void reset() {
    Arrays.fill(states, UNREAD);
    scanned = false;
  }

  boolean isNull(int field) {
    return states[field] == NULL;
  }

  long getLong(int field) {
    return switch (states[field]) {
      case NULL -> 0;
      case NUMBER -> numbers[field];
      case APPROXIMATE -> (long) Double.longBitsToDouble(numbers[field]);
      default -> number(field).longValue();
    };
  }

  double getDouble(int field) {
    return switch (states[field]) {
      case NULL -> 0;
      case NUMBER -> numbers[field];
      case APPROXIMATE -> Double.longBitsToDouble(numbers[field]);
      default -> number(field).doubleValue();
    };
  }

  private Number number(int field) {
    if (states[field] == OBJECT && objects[field] instanceof Number number) {
      return number;
    }
    throw new IllegalStateException(
        "column " + wanted.declared.get(field).name() + " has no number to give");
  }

  @Nullable Object getObject(int field) {
    return switch (states[field]) {
      case OBJECT -> {
        Object value = objects[field];
        yield value instanceof byte[] bytes ? bytes.clone() : value;
      }
      case NUMBER -> {
        long number = numbers[field];
        if (types[field].getSqlTypeName() == SqlTypeName.BIGINT) {
          yield number;
        }
        yield (int) number;
      }
      case APPROXIMATE -> Double.longBitsToDouble(numbers[field]);
      default -> null;
    };
  }

  /**
   * Makes the column's value known.
   *
   * @throws SqlFault when it is none of the column's type, where the topic says so
   */
  void read(int field, RecordCursor record, int partition) {
    if (states[field] != UNREAD) {
      return;
    }
    try {
      if (wanted.declared.get(field).isKey()) {
        readText(field, record.keyArray(), record.keyStart(), record.keyLength());
      } else if (wanted.format != TopicFormat.JSON) {
        readText(field, record.valueArray(), record.valueStart(), record.valueLength());
      } else {
        readMember(field, record);
      }
    } catch (Misfit e) {
      if (wanted.fails) {
        throw fault(field, record, partition, e);
      }
      states[field] = NULL;
    }
  }

  private SqlFault fault(int field, RecordCursor record, int partition, Misfit e) {
    return new SqlFault(
        e.sqlState(),
        "topic "
            + wanted.topic.name()
            + ", partition "
            + partition
            + ", offset "
            + record.offset()
            + ", column "
            + wanted.declared.get(field).name()
            + ": "
            + wanted.declared.get(field).type()
            + " is wanted, "
            + e.getMessage());
  }

  private void set(int field, @Nullable Object value) {
    objects[field] = value;
    states[field] = value == null ? NULL : OBJECT;
  }

  private void readText(int field, byte[] array, int start, int length) throws Misfit {
    RelDataType type = types[field];
    if (length < 0) {
      states[field] = NULL;
    } else if (SqlTypeName.BINARY_TYPES.contains(type.getSqlTypeName())) {
      set(field, Fitting.fit(Arrays.copyOfRange(array, start, start + length), type));
    } else {
      String text = new String(array, start, length, StandardCharsets.UTF_8);
      boolean isKey = wanted.declared.get(field).isKey();
      set(field, isKey ? PlainText.parseKey(text, type) : PlainText.parse(text, type));
    }
  }

  private void readMember(int field, RecordCursor record) throws Misfit {
    int length = record.valueLength();
    if (length < 0) {
      states[field] = NULL;
      return;
    }
    byte[] in = record.valueArray();
    if (!scanned) {
      int start = record.valueStart();
      result = members.find(in, start, start + length);
      scanned = true;
    }
    if (result < 0 && wanted.fails) {
      throw malformed(record, ~result);
    }
    int place = wanted.places[field];
    if (result < 0 || members.start(place) < 0) {
      states[field] = NULL;
      return;
    }
    readValue(field, in, members.start(place), members.end(place));
  }

  private void readValue(int field, byte[] in, int start, int end) throws Misfit {
    RelDataType type = types[field];
    if (JsonReader.isNull(in, start)) {
      states[field] = NULL;
    } else if (JsonReader.isInteger(type)) {
      numbers[field] = JsonReader.integer(in, start, end, type);
      states[field] = NUMBER;
    } else if (SqlTypeName.APPROX_TYPES.contains(type.getSqlTypeName())) {
      numbers[field] = Double.doubleToRawLongBits(JsonReader.approximate(in, start, end, type));
      states[field] = APPROXIMATE;
    } else {
      set(field, JsonReader.value(in, start, end, type));
    }
  }

  private static Misfit malformed(RecordCursor record, int place) {
    int at = place - record.valueStart();
    String found =
        at >= record.valueLength()
            ? "it ends after " + record.valueLength() + " bytes"
            : String.format("its byte %d is 0x%02X", at, record.valueArray()[place]);
    return new Misfit("22032", "the value is no JSON object: " + found);
  }
}

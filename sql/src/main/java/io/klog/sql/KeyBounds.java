package io.klog.sql;

import io.klog.Column;
import io.klog.KeySet;
import io.klog.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/** What a condition says of a record's key: the set of keys that it has to be one of. */
final class KeyBounds {
  /** Gives the keys of an execution; null where any may do. */
  interface Evaluator {
    @Nullable KeySet eval(Execution execution);
  }

  /**
   * The columns that the key is in.
   *
   * @param key its bytes
   * @param declared the same as a value that only one sequence of bytes reads as, or -1; what is
   *     none of its type is NULL
   */
  record Places(int key, int declared) {
    static Places of(Topic topic) {
      List<Column> columns = topic.columns();
      int key = Columns.key(columns);
      for (int i = 0; i < columns.size(); i++) {
        // A CHAR's blanks tell keys apart, and not its values.
        if (columns.get(i).isKey() && !columns.get(i).type().startsWith(SqlTypeName.CHAR.name())) {
          return new Places(key, Columns.FIRST_DECLARED + i);
        }
      }
      return new Places(key, -1);
    }

    boolean has(RexInputRef column) {
      SqlTypeName type = column.getType().getSqlTypeName();
      return column.getIndex() == key
          || (column.getIndex() == declared
              && (type == SqlTypeName.VARCHAR
                  || type == SqlTypeName.VARBINARY
                  || PlainText.isOneText(column.getType())));
    }
  }

  // What a malformed sequence of bytes reads as.
  private static final char REPLACEMENT = '\ufffd';

  private KeyBounds() {}

  /** Whether the condition is just a set of keys, so that no filter need remain. */
  static boolean isExact(RexNode condition, Places places) {
    return switch (condition.getKind()) {
      case AND, OR -> terms(condition).stream().allMatch(term -> isExact(term, places));
      default -> {
        RexNode value = value(condition, places);
        yield value != null
            && SqlTypeUtil.isBinary(value.getType())
            && RelOptUtil.InputFinder.bits(condition).get(places.key);
      }
    };
  }

  /** Whether the condition limits the keys, exactly or not. */
  static boolean limits(RexNode condition, Places places) {
    return switch (condition.getKind()) {
      case OR -> terms(condition).stream().allMatch(term -> limits(term, places));
      case AND -> terms(condition).stream().anyMatch(term -> limits(term, places));
      default -> value(condition, places) != null;
    };
  }

  private static List<RexNode> terms(RexNode condition) {
    return ((RexCall) condition).getOperands();
  }

  /**
   * What the key's bytes, or its text, are said to equal; null where nothing of the kind is said.
   */
  private static @Nullable RexNode value(RexNode condition, Places places) {
    if (condition.getKind() != SqlKind.EQUALS) {
      return null;
    }
    RexNode left = terms(condition).get(0);
    RexNode right = terms(condition).get(1);
    if (isKey(left, places) && isComparable(left, right)) {
      return right;
    }
    return isKey(right, places) && isComparable(right, left) ? left : null;
  }

  private static boolean isComparable(RexNode key, RexNode value) {
    return isSameKind(key.getType(), value.getType()) && Bounds.isFixed(value);
  }

  private static boolean isSameKind(RelDataType key, RelDataType value) {
    return (SqlTypeUtil.isBinary(key) && SqlTypeUtil.isBinary(value))
        || (SqlTypeUtil.isCharacter(key) && SqlTypeUtil.isCharacter(value))
        || (SqlTypeUtil.isIntType(key) && SqlTypeUtil.isIntType(value))
        || (PlainText.isOneText(key) && key.getSqlTypeName() == value.getSqlTypeName());
  }

  /** Whether it is the key, or the whole of its text. */
  private static boolean isKey(RexNode node, Places places) {
    RexNode inner = node;
    while (inner instanceof RexCall call && isSame(call)) {
      inner = call.getOperands().get(0);
    }
    return inner instanceof RexInputRef ref && places.has(ref);
  }

  /** Whether a call gives its operand as it is, or the text of its bytes. */
  static boolean isSame(RexCall call) {
    if (call.getOperator().equals(Functions.UTF8)) {
      return true;
    }
    RelDataType to = call.getType();
    RelDataType from = call.getOperands().get(0).getType();
    return call.getKind() == SqlKind.CAST && (isWider(from, to) || isLonger(from, to));
  }

  private static boolean isWider(RelDataType from, RelDataType to) {
    boolean sameKind =
        (SqlTypeUtil.isIntType(from) && SqlTypeUtil.isIntType(to))
            || (PlainText.isOneText(from) && from.getSqlTypeName() == to.getSqlTypeName());
    return sameKind && to.getPrecision() >= from.getPrecision();
  }

  private static boolean isLonger(RelDataType from, RelDataType to) {
    return (to.getSqlTypeName() == SqlTypeName.VARCHAR
            || to.getSqlTypeName() == SqlTypeName.VARBINARY)
        && to.getFamily() == from.getFamily()
        && (to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
            || (from.getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED
                && to.getPrecision() >= from.getPrecision()));
  }

  /**
   * @param compile makes expressions that look at no row
   */
  static Evaluator compile(RexNode condition, Places places, Function<RexNode, Expr> compile) {
    if (condition.getKind() == SqlKind.AND || condition.getKind() == SqlKind.OR) {
      List<Evaluator> terms = new ArrayList<>();
      for (RexNode term : terms(condition)) {
        terms.add(compile(term, places, compile));
      }
      return condition.getKind() == SqlKind.AND ? intersection(terms) : union(terms);
    }
    RexNode value = value(condition, places);
    if (value == null) {
      return execution -> null;
    }
    Expr key = compile.apply(value);
    RelDataType type = value.getType();
    return execution -> keysOf(key.eval(NoRow.INSTANCE, execution), type);
  }

  /**
   * The keys that read as the value; null where any may.
   *
   * @param value canonical, of the type
   */
  static @Nullable KeySet keysOf(@Nullable Object value, RelDataType type) {
    if (value == null) {
      return KeySet.NONE;
    }
    if (value instanceof byte[] key) {
      return KeySet.of(key);
    }
    return keysOf(value instanceof String text ? text : PlainText.of(value, type));
  }

  /** The keys that read as the text. */
  private static @Nullable KeySet keysOf(String text) {
    // Other bytes, malformed ones, read as that character, too.
    return text.indexOf(REPLACEMENT) >= 0 ? null : KeySet.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Evaluator intersection(List<Evaluator> terms) {
    return execution -> {
      KeySet result = null;
      for (Evaluator term : terms) {
        KeySet keys = term.eval(execution);
        if (keys != null) {
          result = result == null ? keys : intersection(result, keys);
        }
      }
      return result;
    };
  }

  static KeySet intersection(KeySet some, KeySet others) {
    List<byte[]> common = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      byte[] key = some.key(i);
      if (others.contains(key, 0, key.length)) {
        common.add(key);
      }
    }
    return KeySet.of(common);
  }

  private static Evaluator union(List<Evaluator> terms) {
    return execution -> {
      List<byte[]> all = new ArrayList<>();
      for (Evaluator term : terms) {
        KeySet keys = term.eval(execution);
        if (keys == null) {
          return null;
        }
        for (int i = 0; i < keys.size(); i++) {
          all.add(keys.key(i));
        }
      }
      return KeySet.of(all);
    };
  }

  /** The conditions in words, for EXPLAIN: {@code {X'6b31', ?0}}. */
  static String explain(List<RexNode> conditions, Places places) {
    List<String> texts = new ArrayList<>();
    for (RexNode condition : conditions) {
      List<String> values = new ArrayList<>();
      collect(condition, places, values);
      texts.add(values.size() == 1 ? values.get(0) : BoundsText.values(values));
    }
    return String.join(" and ", texts);
  }

  private static void collect(RexNode condition, Places places, List<String> values) {
    if (condition.getKind() == SqlKind.AND || condition.getKind() == SqlKind.OR) {
      terms(condition).forEach(term -> collect(term, places, values));
      return;
    }
    RexNode value = value(condition, places);
    if (value != null) {
      values.add(BoundsText.inWords(value));
    }
  }
}

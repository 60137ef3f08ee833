package io.klog.sql;

import io.klog.Topic;
import io.klog.sql.Bounds.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/** The bounds of a scan in words, for EXPLAIN: {@code (?0, +inf)}, {@code {2, 4}}. */
final class BoundsText {
  // A literal's type is the column's; to say it is only noise.
  private static final Pattern LITERAL_TYPE =
      Pattern.compile("^_UTF-8|:[A-Z]+(\\(\\d+(, \\d+)?\\))?( CHARACTER SET \"[^\"]+\")?$");
  private static final int MOST_VALUES = 10;

  private BoundsText() {}

  static String of(List<RexNode> conditions, int column, Topic topic) {
    List<String> lows = new ArrayList<>();
    List<String> highs = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (RexNode condition : conditions) {
      Comparison comparison = Bounds.comparison(condition, column);
      if (comparison == null) {
        others.add(ofTree(condition, column, topic));
        continue;
      }
      String value = inWords(comparison.value());
      switch (comparison.kind()) {
        case EQUALS -> others.add(value);
        case NOT_EQUALS -> others.add("<> " + value);
        case GREATER_THAN -> lows.add("(" + value);
        case GREATER_THAN_OR_EQUAL -> lows.add("[" + value);
        case LESS_THAN -> highs.add(value + ")");
        default -> highs.add(value + "]");
      }
    }
    for (int i = 0; i < Math.max(lows.size(), highs.size()); i++) {
      others.add(
          (i < lows.size() ? lows.get(i) : "(-inf")
              + ", "
              + (i < highs.size() ? highs.get(i) : "+inf)"));
    }
    return String.join(" and ", others);
  }

  private static String ofTree(RexNode condition, int column, Topic topic) {
    if (!Bounds.isExact(condition, column)) {
      return "within " + ScanSpec.inWords(condition, topic);
    }
    return switch (condition.getKind()) {
      case OR -> ofUnion(((RexCall) condition).getOperands(), column, topic);
      case AND -> of(((RexCall) condition).getOperands(), column, topic);
      case NOT -> "not " + of(((RexCall) condition).getOperands(), column, topic);
      default -> ScanSpec.inWords(condition, topic);
    };
  }

  private static String ofUnion(List<RexNode> terms, int column, Topic topic) {
    List<@Nullable String> values = new ArrayList<>();
    for (RexNode term : terms) {
      Comparison comparison = Bounds.comparison(term, column);
      boolean isValue = comparison != null && comparison.kind() == SqlKind.EQUALS;
      values.add(isValue ? inWords(Objects.requireNonNull(comparison).value()) : null);
    }
    return values.contains(null)
        ? terms.stream()
            .map(term -> of(List.of(term), column, topic))
            .collect(Collectors.joining(" or "))
        : values(values);
  }

  /** A set of values; of many, only the first. */
  static String values(List<? extends @Nullable String> values) {
    String some = values.stream().limit(MOST_VALUES).collect(Collectors.joining(", "));
    return "{" + some + (values.size() > MOST_VALUES ? ", ..." : "") + "}";
  }

  static String inWords(RexNode value) {
    return value instanceof RexLiteral
        ? LITERAL_TYPE.matcher(value.toString()).replaceAll("")
        : value.toString();
  }
}

package io.klog.sql;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.externalize.RelWriterImpl;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.sql.SqlExplainLevel;
import org.apache.calcite.util.Pair;
import org.jspecify.annotations.Nullable;

/**
 * Writes a plan by the operators that do it. What remains logical is done by klog's own; some of
 * its aggregates are answered by the catalog, without a scan.
 */
final class PlanWriter extends RelWriterImpl {
  private static final String LOGICAL = "Logical";

  PlanWriter(PrintWriter writer) {
    super(writer, SqlExplainLevel.EXPPLAN_ATTRIBUTES, false);
  }

  @Override
  protected void explain_(RelNode rel, List<Pair<String, @Nullable Object>> values) {
    if (rel instanceof LogicalAggregate aggregate
        && CatalogAggregate.isPossible(aggregate)
        && aggregate.getInput() instanceof TopicScan scan) {
      line("KlogCatalogAggregate", List.of(catalogTerms(aggregate, scan)));
      return;
    }
    List<String> terms = new ArrayList<>();
    for (Pair<String, @Nullable Object> value : values) {
      if (!(value.right instanceof RelNode)) {
        terms.add(value.left + "=[" + value.right + "]");
      }
    }
    if (rel instanceof LogicalJoin join) {
      terms.add("by=[" + joinedBy(join) + "]");
    }
    if (rel instanceof LogicalSort sort && TopByTime.isPossible(sort)) {
      terms.add("by=[a bound of timestamp]");
    }
    String name = rel.getRelTypeName();
    line(name.startsWith(LOGICAL) ? "Klog" + name.substring(LOGICAL.length()) : name, terms);
    spacer.add(2);
    for (RelNode input : rel.getInputs()) {
      input.explain(this);
    }
    spacer.subtract(2);
  }

  private static String joinedBy(LogicalJoin join) {
    JoinKeys keys = JoinKeys.of(join);
    String ofLeft = JoinLookup.kind(join.getLeft(), keys, true);
    String ofRight = JoinLookup.kind(join.getRight(), keys, false);
    List<String> ways = new ArrayList<>();
    if (ofRight != null) {
      ways.add("lookup of the right's " + ofRight);
    }
    if (ofLeft != null && join.getJoinType() == JoinRelType.INNER) {
      ways.add("lookup of the left's " + ofLeft);
    }
    return ways.isEmpty()
        ? "hash"
        : String.join(" or ", ways) + " for up to " + JoinOperator.FEW + " rows, else hash";
  }

  private void line(String name, List<String> terms) {
    StringBuilder line = new StringBuilder();
    spacer.spaces(line);
    line.append(name);
    if (!terms.isEmpty()) {
      line.append('(').append(String.join(", ", terms)).append(')');
    }
    pw.println(line);
  }

  /** What is read, and what is asked of it. */
  private static String catalogTerms(Aggregate aggregate, TopicScan scan) {
    List<String> calls = new ArrayList<>();
    for (AggregateCall call : aggregate.getAggCallList()) {
      List<String> arguments =
          call.getArgList().stream().map(i -> scan.getRowType().getFieldNames().get(i)).toList();
      calls.add(
          call.getAggregation().getName().toLowerCase(Locale.ROOT)
              + "("
              + (arguments.isEmpty() ? "*" : String.join(", ", arguments))
              + ")");
    }
    RelWriterImpl reading = new RelWriterImpl(new PrintWriter(Writer.nullWriter()));
    scan.spec().explainReading(reading);
    String terms = reading.simple();
    return terms.substring(1, terms.length() - 1) + ", aggregates=" + calls;
  }
}

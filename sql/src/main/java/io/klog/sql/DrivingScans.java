package io.klog.sql;

import io.klog.Topic;
import io.klog.sql.ScanSpec.Driving;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.Union;
import org.jspecify.annotations.Nullable;

/**
 * Finds what drives a query whose cursor reads for a consumer group, or follows: the first topic of
 * its FROM, in each branch of a UNION ALL. What that is joined to is read as an ordinary table.
 * Refuses queries where it would be undefined what was consumed, and those whose rows would never
 * come: their input has no end.
 */
final class DrivingScans {
  private final Driving driving;
  private final Set<Topic> seen = new HashSet<>();

  private DrivingScans(Driving driving) {
    this.driving = driving;
  }

  static RelNode mark(RelNode rel, Driving driving) {
    return new DrivingScans(driving).mark(rel);
  }

  private RelNode mark(RelNode rel) {
    if (rel instanceof TopicScan scan) {
      if (!seen.add(scan.spec().topic()) && driving.group() != null) {
        throw refused("reads topic " + scan.spec().topic().name() + " twice");
      }
      return scan.with(scan.spec().withDriving(driving));
    }
    if (rel instanceof TableFunctionScan) {
      throw refused(
          "has no windows: when one is complete is not known while records may come late; a plain"
              + " SELECT has them");
    }
    if (rel instanceof SystemScan) {
      throw refused("reads a topic; this is a system table");
    }
    if (rel instanceof Sort sort && !sort.getCollation().getFieldCollations().isEmpty()) {
      throw refused("comes in the order of the log, without ORDER BY");
    }
    if (rel instanceof Aggregate) {
      throw refused("has no DISTINCT, GROUP BY or aggregates");
    }
    if (rel instanceof SetOp && !(rel instanceof Union union && union.all)) {
      throw refused("has no set operation but UNION ALL");
    }
    if (rel instanceof Project project && !RowExpressions.areScalar(project.getProjects())) {
      throw refused("has no window functions or subqueries in its columns");
    }
    if (rel instanceof Filter filter && !RowExpressions.areScalar(List.of(filter.getCondition()))) {
      throw refused("has no subqueries in its WHERE");
    }
    if (rel.getInputs().isEmpty()) {
      throw refused("reads a topic, and there is none");
    }
    boolean all = rel instanceof Union;
    List<RelNode> inputs = new ArrayList<>(rel.getInputs());
    for (int i = 0; i < (all ? inputs.size() : 1); i++) {
      inputs.set(i, mark(inputs.get(i)));
    }
    return rel.copy(rel.getTraitSet(), inputs);
  }

  /** A query that klog's own operators cannot do: Calcite's would read ahead. */
  static SqlFault refusal(RelNode rel, Driving driving) {
    DrivingScans scans = new DrivingScans(driving);
    SqlFault known = scans.knownRefusal(rel);
    return known != null ? known : scans.refused("does not go with this kind of query");
  }

  /** Says why, or is null where that is not known. */
  private @Nullable SqlFault knownRefusal(RelNode rel) {
    if (rel instanceof Join join && !JoinOperator.isPossible(join)) {
      return refused("joins by JOIN or LEFT JOIN only");
    }
    for (RelNode input : rel.getInputs()) {
      SqlFault fault = knownRefusal(input);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private SqlFault refused(String why) {
    return new SqlFault(
        Faults.NOT_SUPPORTED,
        (driving.group() != null ? "a cursor FOR CONSUMER GROUP " : "SELECT STREAM ") + why);
  }
}

package io.klog.sql;

import io.klog.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.jspecify.annotations.Nullable;

/** A plan that gives rows. */
final class PreparedQuery extends Prepared {
  private static final @Nullable Object[] NO_LITERALS = {};

  private final Operator operator;
  private final Set<Topic> topics;
  private final boolean actsAtOnce;
  private final boolean explain;
  private final List<@Nullable String> parameterNames;
  // Values of the operator's parameters behind those that the statement has.
  private final @Nullable Object[] literals;

  PreparedQuery(Head head, Operator operator, Set<Topic> topics) {
    this(head, operator, topics, false, false, List.of(), NO_LITERALS);
  }

  /** Of an EXPLAIN, which reads no topic. */
  static PreparedQuery explaining(Head head, Operator lines) {
    return new PreparedQuery(head, lines, Set.of(), false, true, List.of(), NO_LITERALS);
  }

  /**
   * Of a CALL.
   *
   * @param actsAtOnce whether it changes the store, whatever transaction is open
   */
  PreparedQuery(
      Head head,
      Operator operator,
      Set<Topic> topics,
      boolean actsAtOnce,
      List<@Nullable String> parameterNames) {
    this(head, operator, topics, actsAtOnce, false, parameterNames, NO_LITERALS);
  }

  private PreparedQuery(
      Head head,
      Operator operator,
      Set<Topic> topics,
      boolean actsAtOnce,
      boolean explain,
      List<@Nullable String> parameterNames,
      @Nullable Object[] literals) {
    super(head);
    this.operator = operator;
    this.topics = topics;
    this.actsAtOnce = actsAtOnce;
    this.explain = explain;
    this.parameterNames = parameterNames;
    this.literals = literals;
  }

  /**
   * The plan of another text, whose last parameters are given.
   *
   * @param values of the last parameters, as many as there are, canonical
   */
  PreparedQuery with(String sql, @Nullable Object[] values) {
    List<RelDataType> open = parameterTypes();
    return new PreparedQuery(
        new Head(sql, catalogVersion(), columns(), open.subList(0, open.size() - values.length)),
        operator,
        topics,
        actsAtOnce,
        explain,
        parameterNames,
        values);
  }

  /** What the operator's parameters are, where those of the statement have these values. */
  @Nullable Object[] arguments(@Nullable Object[] values) {
    @Nullable Object[] given = coerced(values);
    if (literals.length == 0) {
      return given;
    }
    @Nullable Object[] all = Arrays.copyOf(given, given.length + literals.length);
    System.arraycopy(literals, 0, all, given.length, literals.length);
    return all;
  }

  boolean actsAtOnce() {
    return actsAtOnce;
  }

  @Override
  public Kind kind() {
    return Kind.QUERY;
  }

  @Override
  public boolean isExplain() {
    return explain;
  }

  @Override
  public List<@Nullable String> parameterNames() {
    return parameterNames;
  }

  Set<Topic> topics() {
    return topics;
  }

  Rows open(Execution execution) {
    RowCursor rows = operator.open(execution);
    if (execution.control().maxRows() > 0) {
      rows = Operators.limited(rows, 0, execution.control().maxRows());
    }
    GroupCursor group = execution.groupCursorIfAny();
    if (group != null) {
      return group.rows(rows);
    }
    StreamCursor stream = execution.streamCursorIfAny();
    return new EndedByFailure(stream == null ? rows : stream.rows(rows));
  }

  /** After a failure nobody knows where the operators stand: there are no more rows. */
  private static final class EndedByFailure extends ForwardingRows {
    private final RowCursor in;
    private boolean failed;

    EndedByFailure(RowCursor in) {
      super(in);
      this.in = in;
    }

    @Override
    public boolean next() {
      if (failed) {
        throw new SqlFault("24000", "the rows ended when one of them failed");
      }
      try {
        return in.next();
      } catch (RuntimeException | Error e) {
        failed = true;
        throw e;
      }
    }
  }
}

package io.klog.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.enumerable.EnumerableInterpretable;
import org.apache.calcite.adapter.enumerable.EnumerableLimit;
import org.apache.calcite.adapter.enumerable.EnumerableLimitSort;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelVisitor;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.runtime.Bindable;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/** A plan that Calcite compiled. The compiled code keeps nothing: each execution binds it anew. */
final class EnumerableOperator implements Operator {
  private static final int CONTROL_MASK = 0xff;

  // Set when the plan's constants turned out to be no values; the same for all who run it.
  private volatile @Nullable RuntimeException badConstant;
  private final Bindable<@Nullable Object> bindable;
  private final Map<String, Object> stashed;
  private final Map<String, String> limits;
  private final List<RelDataType> types;

  private EnumerableOperator(
      Bindable<@Nullable Object> bindable,
      Map<String, Object> stashed,
      Map<String, String> limits,
      List<RelDataType> types) {
    this.bindable = bindable;
    this.stashed = stashed;
    this.limits = limits;
    this.types = types;
  }

  @SuppressWarnings("unchecked")
  static EnumerableOperator of(RelNode best) {
    Map<String, Object> stashed = new LinkedHashMap<>();
    Bindable<@Nullable Object> bindable =
        EnumerableInterpretable.toBindable(
            stashed, null, (EnumerableRel) best, EnumerableRel.Prefer.ARRAY);
    List<RelDataType> types =
        best.getRowType().getFieldList().stream().map(RelDataTypeField::getType).toList();
    return new EnumerableOperator(bindable, stashed, limits(best), types);
  }

  /**
   * The parameters of limits, with their clauses: compiled code wants these as Integer, whatever
   * their type.
   */
  private static Map<String, String> limits(RelNode rel) {
    Map<String, String> names = new LinkedHashMap<>();
    new RelVisitor() {
      @Override
      public void visit(RelNode node, int ordinal, @Nullable RelNode parent) {
        if (node instanceof EnumerableLimit limit) {
          add(limit.offset, "OFFSET");
          add(limit.fetch, "LIMIT");
        } else if (node instanceof EnumerableLimitSort sort) {
          add(sort.offset, "OFFSET");
          add(sort.fetch, "LIMIT");
        }
        super.visit(node, ordinal, parent);
      }

      private void add(@Nullable RexNode count, String clause) {
        if (count instanceof RexDynamicParam parameter) {
          names.put("?" + parameter.getIndex(), clause);
        }
      }
    }.go(rel);
    return names;
  }

  static Execution executionOf(DataContext context) {
    return ((Context) context).execution;
  }

  @Override
  public RowCursor open(Execution execution) {
    RuntimeException known = badConstant;
    if (known != null) {
      throw known;
    }
    try {
      return new EnumeratorRows(
          bindable.bind(new Context(execution, stashed, limits)).enumerator(), types, execution);
    } catch (RuntimeException e) {
      throw Faults.ofData(e);
    } catch (ExceptionInInitializerError e) {
      // The compiled class computes its constants when it is loaded, and never loads after this.
      RuntimeException fault =
          e.getCause() instanceof RuntimeException cause
              ? Faults.ofData(cause)
              : new SqlFault("22000", "a constant cannot be computed: " + e.getCause(), e);
      badConstant = fault;
      throw fault;
    }
  }

  private static final class EnumeratorRows extends RowCursor {
    private final Enumerator<@Nullable Object> in;
    private final List<RelDataType> types;
    private final Execution execution;
    private @Nullable Object row;
    private int count;

    EnumeratorRows(Enumerator<@Nullable Object> in, List<RelDataType> types, Execution execution) {
      this.in = in;
      this.types = types;
      this.execution = execution;
    }

    @Override
    public boolean next() {
      if ((++count & CONTROL_MASK) == 0) {
        execution.control().check();
      }
      try {
        if (!in.moveNext()) {
          row = null;
          return false;
        }
        // Once: to ask for it evaluates the row's expressions.
        row = in.current();
        return true;
      } catch (RuntimeException e) {
        throw Faults.ofData(e);
      }
    }

    @Override
    public @Nullable Object getObject(int column) {
      Object current = row;
      Object value =
          types.size() == 1 ? current : current == null ? null : ((Object[]) current)[column];
      return CanonicalValues.toCanonical(value, types.get(column));
    }

    @Override
    public void close() {
      in.close();
    }
  }

  /** An execution with the plan's own objects. */
  private record Context(
      Execution execution, Map<String, Object> stashed, Map<String, String> limits)
      implements DataContext {
    @Override
    public @Nullable Object get(String name) {
      Object own = stashed.get(name);
      if (own != null) {
        return own;
      }
      String clause = limits.get(name);
      Object value = execution.get(name);
      return clause == null
          ? value
          : (Integer) (int) Math.min(Integer.MAX_VALUE, Limits.count(value, clause));
    }

    @Override
    public @Nullable SchemaPlus getRootSchema() {
      return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
      return execution.getTypeFactory();
    }

    @Override
    public QueryProvider getQueryProvider() {
      return execution.getQueryProvider();
    }
  }
}

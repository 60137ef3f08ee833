package io.klog.sql;

import io.klog.Backup;
import io.klog.Catalog;
import io.klog.Fault;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.Membership;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.sql.ScanBounds.Restriction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.apache.calcite.DataContext;
import org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.calcite.linq4j.QueryProvider;
import org.apache.calcite.schema.SchemaPlus;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a plan: its parameters, its one snapshot of the store, its time. Compiled plans
 * see it as their {@link DataContext}.
 */
final class Execution implements DataContext {
  private final Session session;
  private final LogStore store;
  // What all statements of the transaction see, or, when it was asked for, this one.
  private @Nullable TransactionView view;
  private final boolean ofTransaction;
  private final Set<Topic> topics;
  private @Nullable Object[] parameters;
  private final StatementControl control;
  // Asked of the clock when first needed: most queries never need it.
  private long now;
  private @Nullable Snapshot snapshot;
  // By scan, for those that a join has restricted; most executions have none.
  private Map<ScanOperator, Restriction> restrictions = Map.of();
  private @Nullable GroupCursor groupCursor;
  private @Nullable StreamCursor streamCursor;
  private @Nullable RecordWriter recordWriter;

  /**
   * @param view of the transaction that it is part of, if that has one
   * @param topics those that the plan reads
   * @param parameters canonical values of the types that the plan says
   */
  Execution(
      Session session,
      @Nullable TransactionView view,
      Set<Topic> topics,
      @Nullable Object[] parameters,
      StatementControl control) {
    this.session = session;
    this.store = session.store();
    this.view = view;
    this.ofTransaction = view != null;
    this.topics = topics;
    this.parameters = parameters;
    this.control = control;
  }

  /** All that there is, as of one moment. */
  private TransactionView all() {
    TransactionView seen = view;
    if (seen == null) {
      seen = TransactionView.of(store);
      view = seen;
    }
    return seen;
  }

  /** The catalog, the same one for all of the execution. */
  Catalog catalog() {
    return all().catalog();
  }

  /** Whether it is part of a transaction whose statements all see the same. */
  boolean seesOneSnapshot() {
    return ofTransaction;
  }

  /**
   * The topics of the plan as of the execution's start, or as of the transaction's.
   *
   * @throws SqlFault 40001 when the transaction's is too old to have one of them
   */
  Snapshot snapshot() {
    Snapshot taken = snapshot;
    if (taken == null) {
      taken = view == null ? store.snapshot(topics) : view.snapshot(topics);
      snapshot = taken;
    }
    return taken;
  }

  Snapshot snapshotOfAll() {
    return all().snapshot();
  }

  /** The groups' positions in the topics of the execution's catalog. */
  List<GroupPosition> groupPositions() {
    Set<Topic> known = new HashSet<>(catalog().topics());
    return store.groupPositions().stream().filter(at -> known.contains(at.topic())).toList();
  }

  /** The live members of groups that read topics of the execution's catalog. */
  List<Membership> memberships() {
    Set<Topic> known = new HashSet<>(catalog().topics());
    return store.memberships().stream().filter(m -> known.contains(m.topic())).toList();
  }

  /** For what acts on the store at once, as of now. */
  LogStore store() {
    return store;
  }

  SessionSettings settings() {
    return session.settings();
  }

  Chores chores() {
    return session.chores();
  }

  /** What RESET goes back to. */
  SessionSettings connectionSettings() {
    return session.connectionSettings();
  }

  /** Every fault of what the store holds. */
  List<Fault> check() {
    return store.check();
  }

  /** Copies the store into a new file. */
  Backup backup(String file) {
    try {
      return store.backup(file, control);
    } catch (KlogException e) {
      throw control.told(e);
    }
  }

  /** Has a scan read only what others are joined to, until that is said anew. */
  void restrict(ScanOperator scan, Restriction to) {
    if (restrictions.isEmpty()) {
      restrictions = new HashMap<>();
    }
    restrictions.put(scan, to);
  }

  Restriction restriction(ScanOperator scan) {
    return restrictions.getOrDefault(scan, Restriction.NONE);
  }

  /** Goes on with the parameters of the next row of a batch. */
  void rebind(@Nullable Object[] next) {
    parameters = next;
  }

  @Nullable Object parameter(int index) {
    return parameters[index];
  }

  StatementControl control() {
    return control;
  }

  /** The time of the execution, in ms since the epoch. */
  long now() {
    if (now == 0) {
      now = System.currentTimeMillis();
    }
    return now;
  }

  /**
   * The consumption of groups by this execution; begun at the first call.
   *
   * @param follows whether it waits for more at the end: the same for all of an execution
   */
  GroupCursor groupCursor(boolean follows) {
    GroupCursor cursor = groupCursor;
    if (cursor == null) {
      cursor = new GroupCursor(session.groups(), this, follows);
      groupCursor = cursor;
    }
    return cursor;
  }

  /** What makes the records that it inserts into a typed topic: an insert has one topic. */
  RecordWriter recordWriter(RecordLayout layout) {
    RecordWriter writer = recordWriter;
    if (writer == null) {
      writer = new RecordWriter(layout, session.jsonWriter());
      recordWriter = writer;
    }
    return writer;
  }

  @Nullable GroupCursor groupCursorIfAny() {
    return groupCursor;
  }

  /** What follows topics without a group in this execution; begun at the first call. */
  StreamCursor streamCursor() {
    StreamCursor cursor = streamCursor;
    if (cursor == null) {
      cursor = new StreamCursor(this);
      streamCursor = cursor;
    }
    return cursor;
  }

  @Nullable StreamCursor streamCursorIfAny() {
    return streamCursor;
  }

  /** Whether others can commit while this execution waits. */
  boolean mayOthersCommit() {
    return session.groups().mayCommit();
  }

  @Override
  public @Nullable Object get(String name) {
    if (name.charAt(0) == '?') {
      return CanonicalValues.toInternal(parameters[Integer.parseInt(name.substring(1))]);
    }
    return switch (name) {
      case "utcTimestamp", "currentTimestamp", "localTimestamp" -> now();
      case "timeZone" -> TimeZone.getTimeZone("UTC");
      case "locale" -> Locale.ROOT;
      case "user", "systemUser" -> "klog";
      default -> null;
    };
  }

  @Override
  public @Nullable SchemaPlus getRootSchema() {
    return null;
  }

  // Compiled plans do not ask for these two.
  @Override
  public JavaTypeFactory getTypeFactory() {
    throw new AssertionError();
  }

  @Override
  public QueryProvider getQueryProvider() {
    throw new AssertionError();
  }
}

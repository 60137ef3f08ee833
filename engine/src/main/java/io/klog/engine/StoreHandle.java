package io.klog.engine;

import io.klog.Backup;
import io.klog.Catalog;
import io.klog.Column;
import io.klog.Fault;
import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Membership;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.View;
import io.klog.engine.OpenOptions.Mode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One user's opening of a store that others may have open too. */
final class StoreHandle implements LogStore {
  private final Store store;
  private final OpenOptions options;
  // Where backups go.
  private final Storage copies;
  private final Runnable leave;
  private final AtomicBoolean closed = new AtomicBoolean();

  StoreHandle(Store store, OpenOptions options, Storage copies, Runnable leave) {
    this.store = store;
    this.options = options;
    this.copies = copies;
    this.leave = leave;
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public boolean isReadOnly() {
    return options.mode() == Mode.READ;
  }

  @Override
  public boolean isFailed() {
    return store.isFailed();
  }

  @Override
  public Catalog catalog() {
    return open().catalog();
  }

  @Override
  public Topic createTopic(
      String name, int partitions, Map<String, String> topicOptions, List<Column> columns) {
    return writable()
        .catalogChanges()
        .createTopic(name, partitions, topicOptions, columns, options.busyTimeoutMillis());
  }

  @Override
  public void dropTopic(Topic topic) {
    writable().catalogChanges().dropTopic(topic, options.busyTimeoutMillis());
  }

  @Override
  public Topic alterTopic(
      Topic topic, List<Column> added, Map<String, String> set, Set<String> reset) {
    return writable()
        .catalogChanges()
        .alterTopic(topic, added, set, reset, options.busyTimeoutMillis());
  }

  @Override
  public void createView(View view, boolean replace) {
    writable().catalogChanges().createView(view, replace, options.busyTimeoutMillis());
  }

  @Override
  public void dropView(String name) {
    writable().catalogChanges().dropView(name, options.busyTimeoutMillis());
  }

  @Override
  public long deleteRecords(Topic topic, long[] beforeOffsets) {
    return writable()
        .catalogChanges()
        .deleteRecords(topic, beforeOffsets, options.busyTimeoutMillis());
  }

  @Override
  public Snapshot snapshot(Collection<Topic> topics) {
    return open().snapshot(topics);
  }

  @Override
  public Transaction begin(SyncLevel sync) {
    return new BufferedTransaction(writable(), options, sync);
  }

  @Override
  public GroupMember join(
      String group,
      Topic topic,
      long maxPollIntervalMillis,
      @Nullable Transaction within,
      BooleanSupplier isGivenUp) {
    requireName(group);
    Groups.Regrouping.Access access =
        within != null && within.isPinned()
            ? new Groups.Regrouping.Held()
            : new Groups.Regrouping.Wait(options.busyTimeoutMillis(), isGivenUp);
    return writable().join(this, group, topic, maxPollIntervalMillis, access);
  }

  private static void requireName(String group) {
    if (group.isBlank()) {
      throw new KlogException(Reason.INVALID_ARGUMENT, "a consumer group needs a name");
    }
  }

  @Override
  public Collection<Membership> memberships() {
    return open().memberships();
  }

  @Override
  public void resetPositions(String group, Topic topic, long[] offsets, boolean force) {
    requireName(group);
    writable().groupChanges().reset(group, topic, offsets, force, options.busyTimeoutMillis());
  }

  @Override
  public void dropGroup(String group) {
    writable().groupChanges().drop(group, options.busyTimeoutMillis());
  }

  @Override
  public void wake() {
    open().wake();
  }

  @Override
  public Collection<GroupPosition> groupPositions() {
    return open().groupPositions();
  }

  @Override
  public List<Fault> check() {
    return open().check();
  }

  @Override
  public Backup backup(String file, BooleanSupplier isGivenUp) {
    if (file.startsWith(KlogFile.MEMORY_PREFIX)) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT,
          "cannot back up to " + file + ": expected the path of a file, not a place in memory");
    }
    return open().backup(copies, file, isGivenUp);
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> create) {
    return open().shared(type, create);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      store.groups().leaveAll(this);
      try {
        leave.run();
      } catch (KlogException e) {
        if (e.reason() == Reason.BUSY) {
          closed.set(false); // it did not get as far as leaving: it may be tried again
        }
        throw e;
      }
    }
  }

  private Store open() {
    if (closed.get()) {
      throw new KlogException(Reason.CLOSED, store.name() + " is closed");
    }
    return store;
  }

  private Store writable() {
    if (isReadOnly()) {
      throw new KlogException(Reason.READ_ONLY, store.name() + " is open for reading only");
    }
    return open();
  }
}

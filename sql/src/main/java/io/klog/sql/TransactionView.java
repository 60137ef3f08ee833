package io.klog.sql;

import io.klog.Catalog;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.Topic;
import java.util.Collection;
import java.util.Set;

/** The store as of one commit, for all statements of a transaction. */
final class TransactionView {
  private final Catalog catalog;
  private final Set<Topic> topics;
  private final Snapshot snapshot;

  private TransactionView(Catalog catalog, Snapshot snapshot) {
    this.catalog = catalog;
    this.topics = Set.copyOf(catalog.topics());
    this.snapshot = snapshot;
  }

  static TransactionView of(LogStore store) {
    Catalog catalog = store.catalog();
    return new TransactionView(catalog, store.snapshot(catalog.topics()));
  }

  Catalog catalog() {
    return catalog;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /**
   * @throws SqlFault 40001 when one of the topics is newer than the view
   */
  Snapshot snapshot(Collection<Topic> wanted) {
    for (Topic topic : wanted) {
      if (!topics.contains(topic)) {
        throw new SqlFault(
            "40001",
            "topic "
                + topic.name()
                + " was created after the transaction's first statement, as of which it sees all"
                + " topics: commit or roll back first");
      }
    }
    return snapshot;
  }
}

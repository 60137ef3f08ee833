package io.klog.sql;

import io.klog.Catalog;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.Topic;
import java.util.Collection;

/** The store as of one commit, for all statements of a transaction. */
final class TransactionView {
  private static final int TRIALS = 100;

  private final Catalog catalog;
  private final Snapshot snapshot;

  private TransactionView(Catalog catalog, Snapshot snapshot) {
    this.catalog = catalog;
    this.snapshot = snapshot;
  }

  /** Where a topic is dropped between the two looks at the store, looks again. */
  static TransactionView of(LogStore store) {
    for (int trial = 1; ; trial++) {
      Catalog catalog = store.catalog();
      try {
        return new TransactionView(catalog, store.snapshot(catalog.topics()));
      } catch (KlogException e) {
        if (e.reason() != KlogException.Reason.UNKNOWN_TOPIC || trial == TRIALS) {
          throw e;
        }
      }
    }
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
      Topic known = catalog.topic(topic.name());
      if (known == null || known.id() != topic.id()) {
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

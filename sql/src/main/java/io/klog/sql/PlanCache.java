package io.klog.sql;

import io.klog.Catalog;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The plans of a store, by the text of the statement; shared by all its sessions. A plan made for
 * another version of the catalog is as good as none. Bounded: when it is full, plans that nobody
 * has asked for since the last time it was full make room.
 */
final class PlanCache {
  private static final int MAX_PLANS = 512;

  // Longer texts are those with their data in them.
  private static final int MAX_TEXT = 16 * 1024;

  private final ConcurrentHashMap<String, Prepared> plans = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  Prepared plan(String sql, Catalog catalog) {
    Prepared known = plans.get(sql);
    if (known != null && known.catalogVersion() == catalog.version()) {
      known.setUsed(true);
      hits.increment();
      return known;
    }
    misses.increment();
    // Two threads may plan the same at once: cheaper than that all wait for one.
    Prepared planned = WarmUp.parsed(() -> StatementPlanner.plan(sql, catalog));
    if (!planned.isCheap() && sql.length() <= MAX_TEXT) {
      plans.put(sql, planned);
      if (plans.size() > MAX_PLANS) {
        makeRoom();
      }
    }
    return planned;
  }

  private synchronized void makeRoom() {
    while (plans.size() > MAX_PLANS * 3 / 4) {
      for (Iterator<Prepared> i = plans.values().iterator(); i.hasNext(); ) {
        Prepared plan = i.next();
        if (plan.isUsed()) {
          plan.setUsed(false);
        } else if (plans.size() > MAX_PLANS * 3 / 4) {
          i.remove();
        }
      }
    }
  }

  int size() {
    return plans.size();
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }
}

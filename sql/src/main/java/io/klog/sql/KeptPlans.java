package io.klog.sql;

import io.klog.Catalog;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Plans by what they are found by. A plan made for another version of the catalog is as good as
 * none. Bounded: when it is full, plans that nobody has asked for since the last time it was full
 * make room. Safe for many threads.
 */
final class KeptPlans {
  private static final int MAX_PLANS = 512;

  private final ConcurrentHashMap<String, Prepared> plans = new ConcurrentHashMap<>();

  @Nullable Prepared get(String key, Catalog catalog) {
    Prepared known = plans.get(key);
    if (known == null || known.catalogVersion() != catalog.version()) {
      return null;
    }
    known.setUsed(true);
    return known;
  }

  void put(String key, Prepared plan) {
    plans.put(key, plan);
    if (plans.size() > MAX_PLANS) {
      makeRoom();
    }
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
}

package io.klog.sql;

import io.klog.Catalog;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The plans of a store; shared by all its sessions. Found by the text of the statement, or, where
 * literals can be parameters, by what its texts have in common: measured on a query of an offset
 * and a key, that is 3 us for a text not seen before, beside 300 to plan it. A plan made for
 * another version of the catalog is as good as none. Bounded: when it is full, plans that nobody
 * has asked for since the last time it was full make room.
 */
final class PlanCache {
  private static final int MAX_PLANS = 512;

  // Longer texts are those with their data in them.
  private static final int MAX_TEXT = 16 * 1024;
  private static final int MAX_SHARED_TEXT = 4 * 1024;

  private final ConcurrentHashMap<String, Prepared> plans = new ConcurrentHashMap<>();
  // By template: which literals of its texts are parameters of their plan. None where sharing was
  // tried in vain. Emptied when it is full: that costs a plan each, once.
  private final ConcurrentHashMap<String, List<Integer>> shapes = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  Prepared plan(String sql, Catalog catalog) {
    Prepared known = known(sql, catalog);
    if (known != null) {
      return known;
    }
    if (sql.length() <= MAX_SHARED_TEXT) {
      SqlTemplate template = SqlTemplate.of(sql);
      Prepared shared = template.literalCount() > 0 ? shared(template, catalog) : null;
      if (shared != null) {
        return shared;
      }
    }
    misses.increment();
    // Two threads may plan the same at once: cheaper than that all wait for one.
    Prepared planned = WarmUp.parsed(() -> StatementPlanner.plan(sql, catalog));
    if (!planned.isCheap() && sql.length() <= MAX_TEXT) {
      put(sql, planned);
    }
    return planned;
  }

  private @Nullable Prepared known(String key, Catalog catalog) {
    Prepared known = plans.get(key);
    if (known == null || known.catalogVersion() != catalog.version()) {
      return null;
    }
    known.setUsed(true);
    hits.increment();
    return known;
  }

  /** The plan that the text shares with others of its template, or null. */
  private @Nullable Prepared shared(SqlTemplate template, Catalog catalog) {
    String rest = template.rest();
    List<Integer> shape = shapes.get(rest);
    if (shape != null) {
      if (shape.isEmpty()) {
        return null;
      }
      if (known(key(template, rest, shape), catalog) instanceof PreparedQuery plan) {
        return new SharedPlan(plan, shape).of(template);
      }
    }
    SharedPlan planned = WarmUp.parsed(() -> StatementPlanner.planShared(template, catalog));
    if (shapes.size() >= MAX_PLANS) {
      shapes.clear();
    }
    shapes.put(rest, planned == null ? List.of() : planned.literals());
    if (planned == null) {
      return null;
    }
    misses.increment();
    put(key(template, rest, planned.literals()), planned.plan());
    return planned.of(template);
  }

  /** No statement is written like this. */
  private static String key(SqlTemplate template, String rest, List<Integer> shared) {
    if (shared.size() == template.literalCount()) {
      return rest;
    }
    StringBuilder key = new StringBuilder(rest);
    for (int i = 0; i < template.literalCount(); i++) {
      if (!shared.contains(i)) {
        key.append('\u0003').append(template.literal(i));
      }
    }
    return key.toString();
  }

  private void put(String key, Prepared plan) {
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

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }
}

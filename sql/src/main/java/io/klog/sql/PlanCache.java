package io.klog.sql;

import io.klog.Catalog;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The plans of a store; shared by all its sessions. Found by the text of the statement, or, where
 * literals can be parameters, by what its texts have in common: measured hot on a query of an
 * offset and a key, 2 to 4 us for a text not seen before, and some 100 us to plan one.
 */
final class PlanCache {
  // Longer texts are those with their data in them.
  private static final int MAX_TEXT = 16 * 1024;
  private static final int MAX_SHARED_TEXT = 4 * 1024;

  private static final int MAX_SHAPES = 512;

  private final KeptPlans byText = new KeptPlans();
  // By the template, with what the literals are that a plan has to know.
  private final KeptPlans byTemplate = new KeptPlans();
  // By template. Emptied when it is full: that costs a plan each, once.
  private final ConcurrentHashMap<String, Shape> shapes = new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * Which literals of a template's texts are parameters of their plan.
   *
   * @param literals none where they cannot be shared
   * @param catalogVersion when that was found out
   */
  private record Shape(List<Integer> literals, long catalogVersion) {}

  Prepared plan(String sql, Catalog catalog) {
    Prepared known = byText.get(sql, catalog);
    if (known != null) {
      hits.increment();
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
      byText.put(sql, planned);
    }
    return planned;
  }

  /** The plan that the text shares with others of its template, or null. */
  private @Nullable Prepared shared(SqlTemplate template, Catalog catalog) {
    String rest = template.rest();
    Shape shape = shapes.get(rest);
    if (shape != null) {
      if (shape.literals.isEmpty() && shape.catalogVersion == catalog.version()) {
        return null;
      }
      if (byTemplate.get(key(template, rest, shape.literals), catalog)
          instanceof PreparedQuery plan) {
        hits.increment();
        return new SharedPlan(plan, shape.literals).of(template);
      }
    }
    SharedPlan planned;
    try {
      planned = WarmUp.parsed(() -> StatementPlanner.planShared(template, catalog));
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      return null; // whoever plans the text as it is finds out, and says so in its own words
    }
    if (shapes.size() >= MAX_SHAPES) {
      shapes.clear();
    }
    shapes.put(
        rest, new Shape(planned == null ? List.of() : planned.literals(), catalog.version()));
    if (planned == null) {
      return null;
    }
    misses.increment();
    byTemplate.put(key(template, rest, planned.literals()), planned.plan());
    return planned.of(template);
  }

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

  int size() {
    return byText.size() + byTemplate.size();
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }
}

package io.klog.suite;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What became of the entries of scripts. */
final class Tally {
  private final Map<Rule, Integer> skipped = new EnumMap<>(Rule.class);
  private final List<String> failures = new ArrayList<>();
  private int commands;
  private int queries;

  void passed(Entry entry) {
    if (entry instanceof Entry.Query) {
      queries++;
    } else {
      commands++;
    }
  }

  void skipped(Rule rule) {
    skipped.merge(rule, 1, Integer::sum);
  }

  void failed(String failure) {
    failures.add(failure);
  }

  /** Adds what another has counted. */
  synchronized void add(Tally other) {
    commands += other.commands;
    queries += other.queries;
    other.skipped.forEach((rule, count) -> skipped.merge(rule, count, Integer::sum));
    failures.addAll(other.failures);
  }

  int queries() {
    return queries;
  }

  int commands() {
    return commands;
  }

  int skippedBy(Rule rule) {
    return skipped.getOrDefault(rule, 0);
  }

  List<String> failures() {
    return List.copyOf(failures);
  }
}

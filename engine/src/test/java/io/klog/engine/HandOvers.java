package io.klog.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How long the partitions of members of killed processes stood still: from the kill to the next
 * commit. Only as far as another process was at work when it was killed, and none was stopped.
 */
final class HandOvers {
  // All guarded by this.

  /** Who committed last, by partition. */
  private final Map<Integer, ChildProcess> owners = new HashMap<>();

  /** Those who have committed anything and were not killed. */
  private final Set<ChildProcess> working = new HashSet<>();

  /** When the owner was killed, ns, by partition. */
  private final Map<Integer, Long> waiting = new HashMap<>();

  private final Set<ChildProcess> dead = new HashSet<>();
  private final List<Long> nanos = new ArrayList<>();

  synchronized void committed(ChildProcess by, int partition) {
    if (dead.contains(by)) {
      return; // said before it was killed
    }
    working.add(by);
    owners.put(partition, by);
    Long since = waiting.remove(partition);
    if (since != null) {
      nanos.add(System.nanoTime() - since);
    }
  }

  synchronized void killed(ChildProcess child) {
    dead.add(child);
    working.remove(child);
    if (working.isEmpty()) {
      waiting.clear();
      owners.clear();
      return;
    }
    owners.forEach(
        (partition, owner) -> {
          if (owner.equals(child)) {
            waiting.put(partition, System.nanoTime());
          }
        });
    owners.values().removeIf(owner -> owner.equals(child));
  }

  /** Whoever is waited for may have been stopped. */
  synchronized void disturbed() {
    waiting.clear();
    owners.clear();
    working.clear();
  }

  synchronized int count() {
    return nanos.size();
  }

  /** In ms. */
  synchronized double percentile(int percent) {
    List<Long> sorted = nanos.stream().sorted().toList();
    int index = Math.min(sorted.size() - 1, sorted.size() * percent / 100);
    return sorted.isEmpty() ? 0 : sorted.get(index) / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }
}

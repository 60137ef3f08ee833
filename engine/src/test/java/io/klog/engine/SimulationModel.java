package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.engine.SimulationTopics.ModelTopic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What simulated processes may see, made of what they were told. Each transaction puts one record
 * into a journal, so that the journal's offsets are the order of the commits. An attempt to commit
 * becomes known as a commit when its process is told so, or when anybody finds it in the journal: a
 * process that was killed meanwhile is told nothing.
 */
final class SimulationModel {
  /** Where a group stands. */
  record Place(String group, String topic, int partition) {}

  /** Records that an attempt puts into a partition, beside the journal's. */
  record Part(ModelTopic topic, int partition, int count, int size) {}

  /** A transaction that somebody tries to commit. */
  static final class Attempt {
    final long id;
    final int size;
    final List<Part> parts;
    final Map<Place, Long> moves;
    // Where groups stood that were moved, as far as somebody read on from there.
    private final Map<Place, Long> begins;
    private final int era;
    // Where it is, or was, in the journal; -1 while nobody knows.
    private long at = -1;
    private boolean refused;
    // The offsets its parts' first records got, as far as its process was told.
    private long @Nullable [] told;

    private Attempt(
        long id,
        int size,
        List<Part> parts,
        Map<Place, Long> begins,
        Map<Place, Long> moves,
        int era) {
      this.id = id;
      this.size = size;
      this.parts = parts;
      this.begins = begins;
      this.moves = moves;
      this.era = era;
    }

    @Override
    public String toString() {
      return "attempt " + (id >>> 32) + "-" + (int) id + " of era " + era;
    }
  }

  /** A record of a part. */
  record Row(Attempt attempt, long at, int index, int size) {}

  private final SimulationTopics topics = new SimulationTopics();
  private final boolean durableOnceSeen;
  private final Map<Long, Attempt> attempts = new HashMap<>();
  // The commits known without a gap, by their offset in the journal.
  private final List<Attempt> order = new ArrayList<>();
  // The commits that somebody was told of, by their offset in the journal.
  private final TreeMap<Long, Attempt> acknowledged = new TreeMap<>();
  private int numbers;
  // Counts power cuts.
  private int era;
  private long durable;

  /**
   * @param durableOnceSeen whether what anybody has seen outlives a power cut
   */
  SimulationModel(boolean durableOnceSeen) {
    this.durableOnceSeen = durableOnceSeen;
  }

  SimulationTopics topics() {
    return topics;
  }

  Attempt attempt(int process, int size, List<Part> parts, Map<Place, Long> moves) {
    return attempt(process, size, parts, Map.of(), moves);
  }

  /** A member of a group makes one record of those from where the group stands. */
  Attempt consuming(int process, int size, Map<Place, Long> begins, Map<Place, Long> moves) {
    return attempt(process, size, List.of(), begins, moves);
  }

  private Attempt attempt(
      int process, int size, List<Part> parts, Map<Place, Long> begins, Map<Place, Long> moves) {
    long id = (long) process << 32 | numbers++;
    Attempt attempt = new Attempt(id, size, parts, begins, moves, era);
    attempts.put(id, attempt);
    return attempt;
  }

  /** The process was told that nothing happened. */
  void refused(Attempt attempt) {
    attempt.refused = true;
    check(attempt.at < 0, () -> attempt + " was refused and is at " + attempt.at);
  }

  /**
   * @param at the journal's offset
   * @param bases of the parts
   */
  void acknowledged(Attempt attempt, long at, long[] bases, boolean synced) {
    place(attempt, at);
    attempt.told = bases;
    Attempt before = acknowledged.put(at, attempt);
    check(before == null, () -> attempt + " was told the offset of " + before);
    if (at < order.size()) {
      check(order.get((int) at) == attempt, () -> attempt + " is not at " + at);
      checkBases(attempt);
    }
    if (synced) {
      durable = Math.max(durable, at + 1);
    }
  }

  /** What anybody who begins now has to see. */
  long acknowledgedEnd() {
    return acknowledged.isEmpty() ? durable : Math.max(durable, acknowledged.lastKey() + 1);
  }

  long acknowledgements() {
    return acknowledged.size();
  }

  /** How many commits are known. */
  int known() {
    return order.size();
  }

  /** Somebody who may write sees so many commits. */
  void seen(long commits) {
    if (durableOnceSeen) {
      durable = Math.max(durable, commits);
    }
  }

  /** So many commits are durable. */
  void durable(long commits) {
    durable = Math.max(durable, commits);
  }

  /** The power was cut: what is not durable may be gone, or come to light later. */
  void cut() {
    era++;
    long kept = durable;
    check(kept <= order.size() || kept <= acknowledged.lastKey() + 1, () -> "nobody knew " + kept);
    if (kept < order.size()) {
      order.subList((int) kept, order.size()).clear();
    }
    acknowledged.tailMap(kept, true).clear();
    topics.cut(kept);
  }

  /** Somebody found this in the journal. */
  Attempt found(long at, long id) {
    Attempt attempt = attempts.get(id);
    check(attempt != null, () -> "nobody wrote what is at " + at + " of the journal: " + id);
    Attempt found = requireNonNull(attempt);
    check(!found.refused, () -> found + " was refused, and is at " + at);
    if (at < order.size()) {
      check(order.get((int) at) == found, () -> found + " is at " + at + ", where another is");
      return found;
    }
    check(at == order.size(), () -> at + " found, " + order.size() + " known");
    Attempt told = acknowledged.get(at);
    check(told == null || told == found, () -> found + " is at " + at + ", where " + told + " was");
    int before = at == 0 ? 0 : order.get((int) at - 1).era;
    check(before <= found.era, () -> found + " at " + at + " outlived a power cut, not all before");
    place(found, at);
    found.begins.forEach((place, begin) -> checkBegin(found, place, begin));
    order.add(found);
    for (Part part : found.parts) {
      part.topic().add(found, at, part);
    }
    checkBases(found);
    return found;
  }

  /** What it read on from there was read by nobody before, and nothing was passed over. */
  private void checkBegin(Attempt attempt, Place place, long begin) {
    long stood = 0;
    for (int i = order.size() - 1; i >= 0; i--) {
      Long moved = order.get(i).moves.get(place);
      if (moved != null) {
        stood = moved;
        break;
      }
    }
    long before = stood;
    check(
        begin == before,
        () -> attempt + " went on from " + begin + " of " + place + ", which stood at " + before);
  }

  private static void place(Attempt attempt, long at) {
    check(
        attempt.at < 0 || attempt.at == at, () -> attempt + " is at " + attempt.at + " and " + at);
    check(!attempt.refused, () -> attempt + " was refused, and is at " + at);
    attempt.at = at;
  }

  private static void checkBases(Attempt attempt) {
    long[] told = attempt.told;
    if (told == null) {
      return;
    }
    for (int i = 0; i < told.length; i++) {
      Part part = attempt.parts.get(i);
      long base = part.topic().end(part.partition(), attempt.at);
      long was = told[i];
      check(
          was < 0 || base == was,
          () -> attempt + " was told " + was + ", is at " + base + " of " + part);
    }
  }

  Attempt commit(long at) {
    return order.get((int) at);
  }

  /** Where the groups stand after so many commits. */
  Map<Place, Long> positions(long commits) {
    Map<Place, Long> positions = new HashMap<>();
    for (Attempt attempt : order.subList(0, (int) commits)) {
      positions.putAll(attempt.moves);
    }
    return positions;
  }

  static void check(boolean holds, java.util.function.Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }
}

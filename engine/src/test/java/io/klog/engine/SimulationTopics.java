package io.klog.engine;

import io.klog.engine.SimulationModel.Attempt;
import io.klog.engine.SimulationModel.Part;
import io.klog.engine.SimulationModel.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which topics there may be, and the records in them after each commit. */
final class SimulationTopics {
  /** A topic, known by its name, which is not used twice. */
  static final class ModelTopic {
    final String name;
    private final List<List<Row>> rows = new ArrayList<>();
    // By partition: where it starts at least, for somebody was told so, and at most.
    private final long[] starts;
    private final long[] mayStart;
    private boolean created;
    private boolean refused;
    private boolean dropped;
    // How many drops may have happened.
    private int drops;

    private ModelTopic(String name, int partitions) {
      this.name = name;
      for (int p = 0; p < partitions; p++) {
        rows.add(new ArrayList<>());
      }
      starts = new long[partitions];
      mayStart = new long[partitions];
    }

    int partitions() {
      return rows.size();
    }

    /** Somebody was told that it is there. */
    void created() {
      created = true;
    }

    /** Somebody was told that it was not created. */
    void refused() {
      refused = true;
    }

    /** Somebody tries to delete what is before these offsets. */
    void deleting(long[] before) {
      raise(mayStart, before);
    }

    /** Somebody was told that it is gone. */
    void deleted(long[] before) {
      raise(starts, before);
    }

    private static void raise(long[] starts, long[] before) {
      for (int p = 0; p < starts.length; p++) {
        starts[p] = Math.max(starts[p], before[p]);
      }
    }

    /** Where the partitions start at least, for whoever looks from now on. */
    long[] starts() {
      return starts.clone();
    }

    /** Where the partition starts at most. */
    long mayStart(int partition) {
      return mayStart[partition];
    }

    void dropping() {
      drops++;
    }

    void dropRefused() {
      drops--;
    }

    void dropped() {
      dropped = true;
    }

    /** Whether it may be gone. */
    boolean mayBeDropped() {
      return drops > 0;
    }

    /** Whether it may be gone for whoever tries to drop it. */
    boolean mayBeDroppedTwice() {
      return drops > 1;
    }

    void add(Attempt attempt, long at, Part part) {
      for (int i = 0; i < part.count(); i++) {
        rows.get(part.partition()).add(new Row(attempt, at, i, part.size()));
      }
    }

    /** How long the partition is after so many commits. */
    long end(int partition, long commits) {
      List<Row> all = rows.get(partition);
      int low = 0;
      int high = all.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (all.get(middle).at() < commits) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    Row row(int partition, long offset) {
      return rows.get(partition).get((int) offset);
    }

    private void cut(long commits) {
      for (int p = 0; p < rows.size(); p++) {
        List<Row> all = rows.get(p);
        all.subList((int) end(p, commits), all.size()).clear();
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final Map<String, ModelTopic> topics = new LinkedHashMap<>();

  /** Somebody tries to create it. */
  ModelTopic creating(String name, int partitions) {
    return topics.computeIfAbsent(name, n -> new ModelTopic(n, partitions));
  }

  @Nullable ModelTopic topic(String name) {
    return topics.get(name);
  }

  String newName() {
    return "t" + topics.size();
  }

  private List<ModelTopic> those(Predicate<ModelTopic> condition) {
    return topics.values().stream().filter(condition).toList();
  }

  /** Those that whoever asks for the catalog from now on finds, unless somebody drops them. */
  List<ModelTopic> present() {
    return those(topic -> topic.created && topic.drops == 0);
  }

  /** Those that nobody who asks for the catalog from now on may find. */
  List<ModelTopic> absent() {
    return those(topic -> topic.dropped || topic.refused);
  }

  /**
   * @param present what had to be there before the catalog was asked for
   * @param absent what had to be gone
   */
  void checkCatalog(List<ModelTopic> present, List<ModelTopic> absent, Collection<String> found) {
    for (ModelTopic topic : present) {
      SimulationModel.check(
          found.contains(topic.name) || topic.drops > 0, () -> topic + " is lost: " + found);
    }
    for (ModelTopic topic : absent) {
      SimulationModel.check(!found.contains(topic.name), () -> topic + " is back: " + found);
    }
    Set<String> known = topics.keySet();
    SimulationModel.check(known.containsAll(found), () -> found + ", of " + known);
  }

  void cut(long commits) {
    topics.values().forEach(topic -> topic.cut(commits));
  }
}

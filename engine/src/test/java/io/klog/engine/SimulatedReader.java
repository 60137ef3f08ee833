package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.Catalog;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.engine.SimulationModel.Place;
import io.klog.engine.SimulationTopics.ModelTopic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** What a simulated process reads of an open store, compared with the model. */
final class SimulatedReader {
  /** The topic that every transaction puts a record into. */
  static final String JOURNAL = "journal";

  private final Simulation simulation;
  private final SimulationModel model;
  private final SimulationRecords records;
  private final SplittableRandom random;
  private final SimulatedProcess process;
  private final LogStore store;
  // How many commits this process has seen, or was told of.
  private long seen;

  SimulatedReader(
      Simulation simulation, SplittableRandom random, SimulatedProcess process, LogStore store) {
    this.simulation = simulation;
    this.model = simulation.model();
    this.records = new SimulationRecords(model);
    this.random = random;
    this.process = process;
    this.store = store;
  }

  /** The process was told that its commit is at this place of the journal. */
  void told(long at) {
    seen = Math.max(seen, at + 1);
  }

  /** All of it, when nobody else is there. */
  void verify() {
    Catalog catalog = catalog();
    Topic journal = catalog.topic(JOURNAL);
    if (journal == null) {
      SimulationModel.check(model.acknowledgedEnd() == 0, () -> "the journal is lost");
      return;
    }
    Map<Topic, long[]> starts = starts(catalog);
    Snapshot snapshot = store.snapshot(catalog.topics());
    long commits = see(snapshot, catalog, model.acknowledgedEnd(), Integer.MAX_VALUE);
    checkStarts(snapshot, starts);
    for (Topic topic : others(catalog)) {
      for (int p = 0; p < topic.partitions(); p++) {
        records.read(snapshot, topic, p, modelOf(topic), commits, ScanRange.ALL);
        records.read(snapshot, topic, p, modelOf(topic), commits, ScanRange.ALL.reversed());
      }
    }
    comparePositions();
  }

  /**
   * Backs the store up, and finds in the copy what can be seen after one commit: not less than was
   * to be seen before.
   */
  void backUp(String name, Function<String, LogStore> open) {
    List<ModelTopic> present = model.topics().present();
    List<ModelTopic> absent = model.topics().absent();
    long least = model.acknowledgedEnd();
    Map<Topic, long[]> starts = starts(store.catalog());
    store.backup(name);
    try (LogStore copy = open.apply(name)) {
      Catalog catalog = copy.catalog();
      List<String> names = catalog.topics().stream().map(Topic::name).toList();
      model.topics().checkCatalog(present, absent, names);
      Topic journal = catalog.topic(JOURNAL);
      if (journal == null) {
        SimulationModel.check(seen == 0, () -> "the journal is not in the copy");
        return;
      }
      starts.keySet().retainAll(catalog.topics());
      Snapshot snapshot = copy.snapshot(catalog.topics());
      long commits = see(snapshot, catalog, least, random.nextInt(8));
      checkStarts(snapshot, starts);
      for (Topic topic : others(catalog)) {
        for (int p = 0; p < topic.partitions(); p++) {
          records.read(snapshot, topic, p, modelOf(topic), commits, ScanRange.ALL);
        }
      }
      checkPositions(copy.groupPositions(), commits, commits);
    }
    simulation.backedUp();
  }

  /** What was known to be there before is, unless it is dropped meanwhile. */
  Catalog catalog() {
    List<ModelTopic> present = model.topics().present();
    List<ModelTopic> absent = model.topics().absent();
    Catalog catalog = store.catalog();
    List<String> names = catalog.topics().stream().map(Topic::name).toList();
    model.topics().checkCatalog(present, absent, names);
    return catalog;
  }

  static List<Topic> others(Catalog catalog) {
    return catalog.topics().stream().filter(topic -> !topic.name().equals(JOURNAL)).toList();
  }

  ModelTopic modelOf(Topic topic) {
    ModelTopic found = requireNonNull(model.topics().topic(topic.name()), topic.name());
    SimulationModel.check(
        found.partitions() == topic.partitions(), () -> topic + " has other partitions");
    return found;
  }

  void read() {
    Catalog catalog = catalog();
    Topic journal = catalog.topic(JOURNAL);
    long least = model.acknowledgedEnd();
    if (journal == null) {
      SimulationModel.check(seen == 0, () -> "the journal is lost");
      return;
    }
    try {
      Map<Topic, long[]> starts = starts(catalog);
      Snapshot snapshot = store.snapshot(catalog.topics());
      long commits = see(snapshot, catalog, least, random.nextInt(8));
      checkStarts(snapshot, starts);
      List<Topic> others = others(catalog);
      for (int i = 0; i < 2 && !others.isEmpty(); i++) {
        Topic topic = others.get(random.nextInt(others.size()));
        int partition = random.nextInt(topic.partitions());
        ModelTopic of = modelOf(topic);
        records.read(snapshot, topic, partition, of, commits, range(of.end(partition, commits)));
      }
    } catch (KlogException e) {
      allow(e, Reason.UNKNOWN_TOPIC, anyMayBeDropped(catalog.topics()));
    }
  }

  private ScanRange range(long end) {
    if (random.nextInt(4) == 0) {
      return random.nextBoolean() ? ScanRange.ALL : ScanRange.ALL.reversed();
    }
    long from = random.nextLong(end + 1);
    long to = from + random.nextInt(20);
    ScanRange range = ScanRange.ALL.withOffsets(from, to);
    return random.nextBoolean() ? range : range.reversed();
  }

  /**
   * Checks that the snapshot is a prefix of the commits, and all of the topics as of one.
   *
   * @param catalog with the topics it is of
   * @param least how many commits were acknowledged before the snapshot was taken
   * @param again how many commits to read that others have read before
   * @return how many commits it shows
   */
  private long see(Snapshot snapshot, Catalog catalog, long least, int again) {
    Topic journal = requireNonNull(catalog.topic(JOURNAL));
    long commits = snapshot.endOffset(journal, 0);
    SimulationModel.check(commits >= least, () -> commits + " seen, " + least + " acknowledged");
    SimulationModel.check(commits >= seen, () -> commits + " seen, before that " + seen);
    seen = commits;
    if (!store.isReadOnly()) {
      model.seen(commits);
    }
    records.readJournal(snapshot, journal, again);
    for (Topic topic : others(catalog)) {
      checkEnds(snapshot, topic, commits);
    }
    return commits;
  }

  private void checkEnds(Snapshot snapshot, Topic topic, long commits) {
    ModelTopic of = modelOf(topic);
    for (int p = 0; p < topic.partitions(); p++) {
      int partition = p;
      long expected = of.end(p, commits);
      long found = snapshot.endOffset(topic, p);
      SimulationModel.check(
          found == expected,
          () ->
              topic
                  + " "
                  + partition
                  + " ends at "
                  + found
                  + ", not "
                  + expected
                  + " after "
                  + commits);
    }
  }

  private Map<Topic, long[]> starts(Catalog catalog) {
    Map<Topic, long[]> starts = new HashMap<>();
    others(catalog).forEach(topic -> starts.put(topic, modelOf(topic).starts()));
    return starts;
  }

  private void checkStarts(Snapshot snapshot, Map<Topic, long[]> starts) {
    starts.forEach(
        (topic, least) -> {
          for (int p = 0; p < least.length; p++) {
            int partition = p;
            long found = snapshot.startOffset(topic, p);
            long most = modelOf(topic).mayStart(p);
            SimulationModel.check(
                found >= least[partition] && found <= most,
                () ->
                    topic
                        + " "
                        + partition
                        + " starts at "
                        + found
                        + ", not from "
                        + least[partition]
                        + " to "
                        + most);
          }
        });
  }

  void comparePositions() {
    long before = seeJournal();
    Collection<GroupPosition> positions = store.groupPositions();
    checkPositions(positions, before, seeJournal());
  }

  /** They are those after one of these numbers of commits. */
  private void checkPositions(Collection<GroupPosition> positions, long before, long after) {
    Map<Place, Long> found = new HashMap<>();
    for (GroupPosition position : positions) {
      Topic topic = position.topic();
      if (!modelOf(topic).mayBeDropped()) {
        found.put(
            new Place(position.group(), topic.name(), position.partition()), position.offset());
      }
    }
    for (long commits = before; commits <= after; commits++) {
      Map<Place, Long> expected = model.positions(commits);
      expected.keySet().removeIf(this::isMaybeGone);
      if (expected.equals(found)) {
        return;
      }
    }
    throw new AssertionError(
        found + " is where groups stand, not " + model.positions(after) + " after " + after);
  }

  boolean isMaybeGone(Place place) {
    ModelTopic topic = model.topics().topic(place.topic());
    return topic == null || topic.mayBeDropped();
  }

  /** How many commits there are, all of them known. */
  private long seeJournal() {
    Topic journal = store.catalog().topic(JOURNAL);
    if (journal == null) {
      return 0;
    }
    long least = model.acknowledgedEnd();
    Snapshot snapshot = store.snapshot(List.of(journal));
    long commits = snapshot.endOffset(journal, 0);
    SimulationModel.check(commits >= least, () -> commits + " seen, " + least + " acknowledged");
    records.readJournal(snapshot, journal, 0);
    return commits;
  }

  boolean anyMayBeDropped(Collection<Topic> topics) {
    return topics.stream().anyMatch(topic -> modelOf(topic).mayBeDropped());
  }

  /** Rethrows what must not happen, and counts what may. */
  void allow(KlogException e, Reason reason, boolean condition) {
    if (process.isDead() || e.reason() != reason || !condition) {
      throw e;
    }
    simulation.count(reason);
  }
}

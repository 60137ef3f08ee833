package io.klog.engine;

import io.klog.Catalog;
import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.SimulationModel.Attempt;
import io.klog.engine.SimulationModel.Part;
import io.klog.engine.SimulationModel.Place;
import io.klog.engine.SimulationTopics.ModelTopic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated process does with an open store, at random; told by the model what may come of
 * it.
 */
final class SimulatedUser {
  private static final int MOST_TOPICS = 4;

  private final Simulation simulation;
  private final SimulationModel model;
  private final SimulatedReader reader;
  private final SplittableRandom random;
  private final SimulatedProcess process;
  private final int number;
  private final LogStore store;
  private final SimulatedMembers members;

  SimulatedUser(
      Simulation simulation,
      SplittableRandom random,
      SimulatedProcess process,
      int number,
      LogStore store) {
    this.simulation = simulation;
    this.model = simulation.model();
    this.reader = new SimulatedReader(simulation, random, process, store);
    this.random = random;
    this.process = process;
    this.number = number;
    this.store = store;
    this.members = new SimulatedMembers(model, reader, random, process, number, store);
  }

  void act() {
    int kind = random.nextInt(100);
    if (kind >= 99) {
      backUp();
    } else if (store.isReadOnly() || kind < 20) {
      reader.read();
    } else if (kind < 26) {
      reader.comparePositions();
    } else if (kind < 30) {
      process.pause(random.nextInt(20_000_000));
    } else if (kind < 36) {
      createTopic();
    } else if (kind < 39) {
      dropTopic();
    } else if (kind < 43) {
      deleteRecords();
    } else if (kind < 74) {
      transact();
    } else {
      consume();
    }
  }

  private void backUp() {
    String name = simulation.newName();
    reader.backUp(name, copy -> simulation.open(process, copy, OpenOptions.Mode.WRITE, 0));
    remove(name);
  }

  private void remove(String name) {
    try {
      process.delete(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void createTopic() {
    if (reader.catalog().topics().size() <= MOST_TOPICS) {
      create(model.topics().newName(), 1 + random.nextInt(3));
    }
  }

  private @Nullable Topic create(String name, int partitions) {
    ModelTopic topic = model.topics().creating(name, partitions);
    try {
      Topic created = store.createTopic(name, partitions, Map.of());
      if (!process.isDead()) {
        topic.created();
      }
      return created;
    } catch (KlogException e) {
      if (e.reason() == Reason.TOPIC_EXISTS && name.equals(SimulatedReader.JOURNAL)) {
        return store.catalog().topic(name);
      }
      reader.allow(e, Reason.BUSY, true);
      if (!name.equals(SimulatedReader.JOURNAL)) {
        topic.refused();
      }
      return null;
    }
  }

  private void dropTopic() {
    List<Topic> others = SimulatedReader.others(reader.catalog());
    if (others.isEmpty()) {
      return;
    }
    Topic topic = others.get(random.nextInt(others.size()));
    ModelTopic of = reader.modelOf(topic);
    of.dropping();
    try {
      store.dropTopic(topic);
      if (!process.isDead()) {
        of.dropped();
      }
    } catch (KlogException e) {
      if (e.reason() == Reason.UNKNOWN_TOPIC) {
        reader.allow(e, Reason.UNKNOWN_TOPIC, of.mayBeDroppedTwice());
      } else {
        reader.allow(e, Reason.BUSY, true);
      }
      of.dropRefused();
    }
  }

  private void deleteRecords() {
    List<Topic> others = SimulatedReader.others(reader.catalog());
    if (others.isEmpty()) {
      return;
    }
    Topic topic = others.get(random.nextInt(others.size()));
    ModelTopic of = reader.modelOf(topic);
    try {
      Snapshot snapshot = store.snapshot(List.of(topic));
      long[] before = new long[topic.partitions()];
      for (int p = 0; p < before.length; p++) {
        before[p] = random.nextLong(snapshot.endOffset(topic, p) + 1);
      }
      of.deleting(before);
      store.deleteRecords(topic, before);
      if (!process.isDead()) {
        of.deleted(before);
      }
    } catch (KlogException e) {
      if (e.reason() == Reason.UNKNOWN_TOPIC) {
        reader.allow(e, Reason.UNKNOWN_TOPIC, of.mayBeDropped());
      } else {
        reader.allow(e, Reason.BUSY, true);
      }
    }
  }

  private void transact() {
    Catalog catalog = reader.catalog();
    Topic journal = journal(catalog);
    if (journal != null) {
      transact(journal, SimulatedReader.others(catalog));
    }
  }

  private @Nullable Topic journal(Catalog catalog) {
    Topic journal = catalog.topic(SimulatedReader.JOURNAL);
    return journal != null ? journal : create(SimulatedReader.JOURNAL, 1);
  }

  private void consume() {
    Catalog catalog = reader.catalog();
    Topic journal = journal(catalog);
    if (journal != null) {
      SyncLevel sync = simulation.anySync(random);
      try (Transaction tx = store.begin(sync)) {
        members.act(
            journal,
            SimulatedReader.others(catalog),
            tx,
            attempt -> end(tx, journal, Map.of(), attempt, sync));
      }
    }
  }

  private void transact(Topic journal, List<Topic> others) {
    Map<Topic, List<Part>> parts = others.isEmpty() ? Map.of() : parts(others);
    List<Part> all = parts.values().stream().flatMap(List::stream).toList();
    Map<Place, Long> moves = new HashMap<>();
    SyncLevel sync = simulation.anySync(random);
    GroupMember member = null;
    try (Transaction tx = store.begin(sync)) {
      if (!others.isEmpty() && random.nextInt(3) == 0) {
        Topic topic = others.get(random.nextInt(others.size()));
        member = store.join("g" + random.nextInt(2), topic);
        int[] mine = member.poll(p -> random.nextBoolean());
        int partition = mine.length == 0 ? 0 : mine[random.nextInt(mine.length)];
        long end = store.snapshot(List.of(topic)).endOffset(topic, partition);
        long offset = random.nextLong(end + 1);
        tx.position(member, partition, offset);
        moves.put(new Place(member.group(), topic.name(), partition), offset);
      }
      int size = size();
      Attempt attempt = model.attempt(number, size, all, moves);
      tx.append(journal, 0, 0, null, SimulationRecords.value(attempt.id, 0, size), Headers.NONE);
      parts.forEach((topic, those) -> those.forEach(part -> append(tx, topic, part, attempt)));
      end(tx, journal, parts, attempt, sync);
    } catch (KlogException e) {
      // It waits for the lock to join, and when its buffer is full.
      if (e.reason() == Reason.FENCED || e.reason() == Reason.BUSY) {
        reader.allow(e, e.reason(), Simulation.SEVERAL_PROCESSES);
      } else {
        reader.allow(e, Reason.UNKNOWN_TOPIC, reader.anyMayBeDropped(others));
      }
    } finally {
      if (member != null) {
        member.close();
      }
    }
  }

  private static void append(Transaction tx, Topic topic, Part part, Attempt attempt) {
    for (int i = 0; i < part.count(); i++) {
      byte[] value = SimulationRecords.value(attempt.id, i, part.size());
      byte[] key = SimulationRecords.key(attempt.id, i);
      tx.append(topic, part.partition(), 0, key, value, Headers.NONE);
    }
  }

  /** At most one part for each partition. */
  private Map<Topic, List<Part>> parts(List<Topic> others) {
    Map<Topic, List<Part>> parts = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Topic topic = others.get(random.nextInt(others.size()));
      if (!parts.containsKey(topic)) {
        List<Part> those = new ArrayList<>();
        TreeSet<Integer> partitions = new TreeSet<>();
        partitions.add(random.nextInt(topic.partitions()));
        partitions.add(random.nextInt(topic.partitions()));
        for (int partition : partitions) {
          int count = random.nextInt(20) == 0 ? 60 : 1 + random.nextInt(4);
          those.add(new Part(reader.modelOf(topic), partition, count, size()));
        }
        parts.put(topic, those);
      }
    }
    return parts;
  }

  private int size() {
    return random.nextInt(8) == 0 ? random.nextInt(3_000) : random.nextInt(60);
  }

  private void end(
      Transaction tx,
      Topic journal,
      Map<Topic, List<Part>> parts,
      Attempt attempt,
      SyncLevel sync) {
    long pinned = -1;
    try {
      if (random.nextInt(6) == 0) {
        tx.pin();
        pinned = tx.baseOffset(journal, 0);
        process.pause(random.nextInt(10_000_000));
      }
      if (random.nextInt(12) == 0) {
        model.refused(attempt);
        tx.rollback();
        return;
      }
      simulation.disk().trace("process " + number + " commits, sync " + sync);
      tx.commit();
    } catch (KlogException e) {
      if (e.reason() == Reason.UNKNOWN_TOPIC) {
        reader.allow(
            e,
            Reason.UNKNOWN_TOPIC,
            reader.anyMayBeDropped(List.copyOf(parts.keySet())) || moved(attempt));
      } else if (e.reason() != Reason.FENCED) {
        reader.allow(e, Reason.BUSY, true);
      }
      model.refused(attempt);
      if (e.reason() == Reason.FENCED) {
        throw e; // whose member it was knows whether that may be
      }
      return;
    }
    if (!process.isDead()) {
      long at = tx.baseOffset(journal, 0);
      long told = pinned;
      SimulationModel.check(told < 0 || told == at, () -> told + " was told, then " + at);
      model.acknowledged(attempt, at, bases(tx, parts), sync == SyncLevel.FULL);
      reader.told(at);
      simulation.disk().trace("process " + number + " was told of " + at + ", sync " + sync);
      simulation.committed();
    }
  }

  private boolean moved(Attempt attempt) {
    return attempt.moves.keySet().stream().anyMatch(reader::isMaybeGone);
  }

  /** Where the parts begin; -1 for those of a topic that was dropped since. */
  private long[] bases(Transaction tx, Map<Topic, List<Part>> parts) {
    List<Long> bases = new ArrayList<>();
    parts.forEach(
        (topic, those) -> {
          for (Part part : those) {
            long base = -1;
            try {
              base = tx.baseOffset(topic, part.partition());
            } catch (KlogException e) {
              reader.allow(e, Reason.UNKNOWN_TOPIC, part.topic().mayBeDropped());
            }
            bases.add(base);
          }
        });
    return bases.stream().mapToLong(Long::longValue).toArray();
  }
}

package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupPosition;
import io.klog.Headers;
import io.klog.KeySet;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a store ought to hold after each of its commits. For one thread. */
final class StoreModel {
  /** A record as it was given to the store. */
  @SuppressWarnings("ArrayRecordComponent") // compared by matches
  record Row(long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    static Row random(SplittableRandom random, int longest) {
      byte[] key = new byte[random.nextInt(20)];
      byte[] value = new byte[random.nextInt(longest)];
      random.nextBytes(key);
      random.nextBytes(value);
      Headers headers =
          random.nextInt(4) > 0
              ? Headers.NONE
              : new Headers(List.of(new Headers.Header("h", key), new Headers.Header("h", null)));
      return new Row(
          random.nextInt(10_000),
          random.nextInt(8) == 0 ? null : key,
          random.nextInt(8) == 0 ? null : value,
          headers);
    }

    void append(Transaction tx, Topic topic, int partition) {
      tx.append(topic, partition, timestamp, key, value, headers);
    }

    boolean matches(RecordCursor cursor) {
      return timestamp == cursor.timestamp()
          && same(key, cursor.keyArray(), cursor.keyStart(), cursor.keyLength())
          && same(value, cursor.valueArray(), cursor.valueStart(), cursor.valueLength())
          && same(headers, cursor.headers());
    }

    private static boolean same(byte @Nullable [] expected, byte[] array, int start, int length) {
      return expected == null
          ? length == -1
          : length >= 0
              && Arrays.equals(expected, 0, expected.length, array, start, start + length);
    }

    private static boolean same(Headers expected, Headers found) {
      if (expected.list().size() != found.list().size()) {
        return false;
      }
      for (int i = 0; i < expected.list().size(); i++) {
        Headers.Header a = expected.list().get(i);
        Headers.Header b = found.list().get(i);
        if (!a.name().equals(b.name()) || !Arrays.equals(a.value(), b.value())) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * A state of the store.
   *
   * @param ends behind the last record of each partition, by topic
   * @param starts where they start that do not at 0
   * @param positions where the groups are
   * @param altered options and columns of the topics that have some
   * @param views by name
   */
  record Version(
      Map<Topic, List<Integer>> ends,
      Map<Place, Integer> starts,
      Map<PositionKey, Long> positions,
      Map<Topic, String> altered,
      Map<String, String> views) {
    Version with(Map<Topic, List<Integer>> newEnds, Map<PositionKey, Long> newPositions) {
      return new Version(newEnds, starts, newPositions, altered, views);
    }

    private int start(Topic topic, int partition) {
      return starts.getOrDefault(new Place(topic, partition), 0);
    }
  }

  /** A partition. */
  record Place(Topic topic, int partition) {}

  private final Map<Long, List<List<Row>>> rows = new TreeMap<>();
  // By the number of commits before.
  private final List<Version> versions = new ArrayList<>();

  StoreModel() {
    versions.add(new Version(Map.of(), Map.of(), Map.of(), Map.of(), Map.of()));
  }

  int commits() {
    return versions.size() - 1;
  }

  private Version newest() {
    return versions.get(commits());
  }

  private List<Row> rows(Topic topic, int partition) {
    return requireNonNull(rows.get(topic.id())).get(partition);
  }

  /** Behind the partition's last record, after the newest commit. */
  int end(Topic topic, int partition) {
    return requireNonNull(newest().ends.get(topic)).get(partition);
  }

  /** Of the partition's first record, after the newest commit. */
  int start(Topic topic, int partition) {
    return newest().start(topic, partition);
  }

  Map<String, String> views() {
    return newest().views;
  }

  List<Topic> topics() {
    return newest().ends.keySet().stream().sorted((a, b) -> Long.compare(a.id(), b.id())).toList();
  }

  void created(Topic topic) {
    List<List<Row>> empty = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int p = 0; p < topic.partitions(); p++) {
      empty.add(new ArrayList<>());
      ends.add(0);
    }
    rows.put(topic.id(), empty);
    Map<Topic, List<Integer>> more = new HashMap<>(newest().ends);
    more.put(topic, ends);
    versions.add(newest().with(more, newest().positions));
  }

  void altered(Topic topic) {
    Map<Topic, String> altered = new HashMap<>(newest().altered);
    altered.put(topic, definition(topic));
    Version old = newest();
    versions.add(new Version(old.ends, old.starts, old.positions, altered, old.views));
  }

  private static String definition(Topic topic) {
    return new TreeMap<>(topic.options()) + " " + topic.columns();
  }

  /**
   * @param sql of the view of that name; null for none
   */
  void view(String name, @Nullable String sql) {
    Map<String, String> views = new TreeMap<>(newest().views);
    if (sql == null) {
      views.remove(name);
    } else {
      views.put(name, sql);
    }
    Version old = newest();
    versions.add(new Version(old.ends, old.starts, old.positions, old.altered, views));
  }

  /** No partition starts before these offsets; counts as a commit if one did. */
  void deleted(Topic topic, long[] beforeOffsets) {
    Version old = newest();
    Map<Place, Integer> starts = new HashMap<>(old.starts);
    for (int p = 0; p < beforeOffsets.length; p++) {
      int start = (int) Math.min(beforeOffsets[p], end(topic, p));
      if (start > old.start(topic, p)) {
        starts.put(new Place(topic, p), start);
      }
    }
    if (!starts.equals(old.starts)) {
      versions.add(new Version(old.ends, starts, old.positions, old.altered, old.views));
    }
  }

  void dropped(Topic topic) {
    Map<Topic, List<Integer>> fewer = new HashMap<>(newest().ends);
    fewer.remove(topic);
    Map<PositionKey, Long> positions = new TreeMap<>(newest().positions);
    positions.keySet().removeIf(key -> key.topicId() == topic.id());
    Map<Place, Integer> starts = new HashMap<>(newest().starts);
    starts.keySet().removeIf(place -> place.topic.equals(topic));
    Map<Topic, String> altered = new HashMap<>(newest().altered);
    altered.remove(topic);
    versions.add(new Version(fewer, starts, positions, altered, newest().views));
  }

  /** Whether the group has a position anywhere. */
  boolean hasGroup(String group) {
    return newest().positions.keySet().stream().anyMatch(key -> key.group().equals(group));
  }

  void droppedGroup(String group) {
    Map<PositionKey, Long> positions = new TreeMap<>(newest().positions);
    positions.keySet().removeIf(key -> key.group().equals(group));
    versions.add(newest().with(newest().ends, positions));
  }

  /** What a transaction does to the model; counts as one commit. */
  final class Change {
    private final Map<Topic, List<List<Row>>> appended = new HashMap<>();
    private final Map<PositionKey, Long> moved = new TreeMap<>();

    void append(Topic topic, int partition, Row row) {
      appended
          .computeIfAbsent(
              topic,
              t -> {
                List<List<Row>> lists = new ArrayList<>();
                for (int p = 0; p < t.partitions(); p++) {
                  lists.add(new ArrayList<>());
                }
                return lists;
              })
          .get(partition)
          .add(row);
    }

    void move(String group, Topic topic, int partition, long offset) {
      moved.put(new PositionKey(group, topic.id(), partition), offset);
    }

    void commit() {
      Map<Topic, List<Integer>> ends = new HashMap<>(newest().ends);
      appended.forEach(
          (topic, lists) -> {
            List<Integer> grown = new ArrayList<>();
            for (int p = 0; p < lists.size(); p++) {
              List<Row> all = rows(topic, p);
              all.addAll(lists.get(p));
              grown.add(all.size());
            }
            ends.put(topic, grown);
          });
      Map<PositionKey, Long> positions = new TreeMap<>(newest().positions);
      positions.putAll(moved);
      versions.add(newest().with(ends, positions));
    }
  }

  /**
   * Does in a store what this commit did, if it only appended to one partition.
   *
   * @return whether it did
   */
  boolean repeat(LogStore store, int commit) {
    Version before = versions.get(commit - 1);
    Version after = versions.get(commit);
    if (!before.equals(after.with(before.ends, after.positions))
        || !before.ends.keySet().equals(after.ends.keySet())) {
      return false;
    }
    List<Runnable> appends = new ArrayList<>();
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      after.ends.forEach(
          (topic, ends) -> {
            for (int p = 0; p < ends.size(); p++) {
              int partition = p;
              int from = requireNonNull(before.ends.get(topic)).get(p);
              if (from < ends.get(p)) {
                List<Row> lost = rows(topic, p).subList(from, ends.get(p));
                appends.add(() -> lost.forEach(row -> row.append(tx, topic, partition)));
              }
            }
          });
      if (appends.size() != 1) {
        return false;
      }
      appends.get(0).run();
      tx.commit();
      return true;
    }
  }

  /** Forgets the commits after this one. */
  void cutTo(int commits) {
    while (commits() > commits) {
      versions.remove(commits());
    }
    newest()
        .ends
        .forEach(
            (topic, ends) -> {
              for (int p = 0; p < ends.size(); p++) {
                List<Row> all = rows(topic, p);
                all.subList(ends.get(p), all.size()).clear();
              }
            });
  }

  /**
   * Finds out after which commit the store stands, and that it is that state entirely.
   *
   * @param least it has to have so many commits
   * @return how many it has
   */
  int verify(LogStore store, int least) {
    Version found = versionOf(store);
    for (int commits = commits(); commits >= least; commits--) {
      if (versions.get(commits).equals(found)) {
        verifyRows(store, found);
        return commits;
      }
    }
    int earlier = versions.indexOf(found);
    throw new AssertionError(
        (earlier < 0 ? "no state it ever had" : "the state after commit " + earlier)
            + ", where it ought to be one after commit "
            + least
            + " to "
            + commits()
            + ": found "
            + found
            + "\nafter "
            + least
            + ": "
            + versions.get(least)
            + "\nafter "
            + commits()
            + ": "
            + newest());
  }

  /** As if the hidden topic were not there, the store has so many commits, no more and no less. */
  void verifyExactly(LogStore store, int commits, Topic hidden) {
    Version found = versionOf(store);
    found.ends.remove(hidden);
    assertEquals(versions.get(commits), found);
    verifyRows(store, found);
  }

  void verifyExactly(LogStore store, int commits) {
    assertEquals(versions.get(commits), versionOf(store));
    verifyRows(store, versions.get(commits));
  }

  private static Version versionOf(LogStore store) {
    Map<Topic, List<Integer>> ends = new HashMap<>();
    Map<Place, Integer> starts = new HashMap<>();
    Map<Topic, String> altered = new HashMap<>();
    Snapshot snapshot = store.snapshot(store.catalog().topics());
    for (Topic topic : store.catalog().topics()) {
      List<Integer> of = new ArrayList<>();
      for (int p = 0; p < topic.partitions(); p++) {
        of.add((int) snapshot.endOffset(topic, p));
        if (snapshot.startOffset(topic, p) > 0) {
          starts.put(new Place(topic, p), (int) snapshot.startOffset(topic, p));
        }
      }
      ends.put(topic, of);
      if (!topic.options().isEmpty() || !topic.columns().isEmpty()) {
        altered.put(topic, definition(topic));
      }
    }
    Map<String, String> views = new TreeMap<>();
    store.catalog().views().forEach(view -> views.put(view.name(), view.sql()));
    Map<PositionKey, Long> positions = new TreeMap<>();
    for (GroupPosition position : store.groupPositions()) {
      PositionKey key =
          new PositionKey(position.group(), position.topic().id(), position.partition());
      positions.put(key, position.offset());
    }
    return new Version(ends, starts, positions, altered, views);
  }

  private void verifyRows(LogStore store, Version version) {
    version.ends.forEach(
        (topic, ends) -> {
          Snapshot snapshot = store.snapshot(List.of(topic));
          for (int p = 0; p < ends.size(); p++) {
            List<Row> expected = rows(topic, p).subList(0, ends.get(p));
            verify(snapshot, topic, p, version.start(topic, p), expected);
          }
        });
  }

  private static void verify(
      Snapshot snapshot, Topic topic, int partition, int start, List<Row> expected) {
    boolean reverse = (topic.id() + partition) % 3 == 0;
    ScanRange range = reverse ? ScanRange.ALL.reversed() : ScanRange.ALL;
    try (RecordCursor cursor = snapshot.scan(topic, partition, range)) {
      for (int n = start; n < expected.size(); n++) {
        int offset = reverse ? expected.size() - 1 - (n - start) : n;
        assertTrue(cursor.next());
        assertEquals(offset, cursor.offset());
        if (!expected.get(offset).matches(cursor)) {
          throw new AssertionError(
              "another record at offset " + offset + " of " + topic + " " + partition);
        }
      }
      assertFalse(cursor.next());
    }
    verifyLookup(snapshot, topic, partition, start, expected, range);
  }

  /** Of some of the keys, and of one that is hardly there. */
  private static void verifyLookup(
      Snapshot snapshot,
      Topic topic,
      int partition,
      int start,
      List<Row> expected,
      ScanRange range) {
    List<byte[]> keys = new ArrayList<>(List.of(new byte[] {1}));
    for (int offset = 0; offset < expected.size(); offset += 1 + expected.size() / 3) {
      byte[] key = expected.get(offset).key;
      if (key != null) {
        keys.add(key);
      }
    }
    KeySet wanted = KeySet.of(keys);
    try (RecordCursor cursor = snapshot.scan(topic, partition, range.withKeys(wanted))) {
      for (int n = start; n < expected.size(); n++) {
        int offset = range.reverse() ? expected.size() - 1 - (n - start) : n;
        byte[] key = expected.get(offset).key;
        if (key != null && wanted.contains(key, 0, key.length)) {
          assertTrue(cursor.next(), () -> "no offset " + offset + " for its key");
          assertEquals(offset, cursor.offset());
          assertTrue(expected.get(offset).matches(cursor));
        }
      }
      assertFalse(cursor.next());
    }
  }
}

package io.klog.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Fault;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the checker lists, and that it lists nothing else. */
@Timeout(120)
class LogCheckerTest {
  private static List<Fault> check(byte[] bytes) throws IOException {
    try (StorageFile file = SmallFile.storage(bytes).open(SmallFile.NAME, Storage.Mode.READ)) {
      return LogChecker.check(file);
    }
  }

  private static void assertListed(List<Fault> faults, long position, String... words) {
    assertTrue(
        faults.stream()
            .anyMatch(
                fault ->
                    fault.position() == position
                        && Arrays.stream(words).allMatch(fault.toString()::contains)),
        () -> position + " " + Arrays.toString(words) + " is not in " + faults);
  }

  @Test
  void whateverACrashLeavesIsSound() throws IOException {
    SplittableRandom random = Seed.of("LogCheckerTest").random();
    for (int i = 0; i < 40; i++) {
      RecordingStorage recording = new RecordingStorage(new MemoryStorage());
      new CrashWorkload(random.split(), recording, 1, false).run(60);
      try (StorageFile file = recording.open(CrashWorkload.NAME, Storage.Mode.READ)) {
        assertSound(LogChecker.check(file));
      }
      try (LogStore store = CrashWorkload.open(recording)) {
        assertSound(store.check());
      }
    }
  }

  /** The work moves groups to anywhere. */
  private static void assertSound(List<Fault> faults) {
    assertEquals(
        List.of(),
        faults.stream().filter(f -> !f.where().startsWith("position of consumer group")).toList());
  }

  @Test
  void allFaultsAreListedNotOnlyTheFirst() throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    SegmentSpan span = SmallFile.firstSpan(bytes);
    int segment = (int) span.segment().position(0);
    int first = segment + Segment.FIRST_BLOCK;
    int second = first + Block.length(bytes, first);
    int third = second + Block.length(bytes, second);
    int older = (int) Superblock.position(Superblock.choose("", bytes).sequence() - 1);
    bytes[older + 40] ^= 1;
    bytes[segment + 50] ^= 1;
    bytes[first + Block.HEADER + 10] ^= 1;
    bytes[second + RecordBatch.COUNT] ^= 1;
    bytes[third + Block.HEADER + 10] ^= 1;
    List<Fault> faults = check(bytes);
    assertListed(faults, older + 12, "superblock", "the checksum");
    assertListed(faults, segment, "topic t, partition 0", "the header of segment");
    assertListed(faults, first, "topic t, partition 0", "records with their checksum");
    assertListed(faults, second, "topic t, partition 0", "a block header", "with its checksum");
    assertListed(faults, third, "topic t, partition 0", "records with their checksum");
    assertEquals(5, faults.size(), faults::toString);
  }

  @Test
  void aFileThatIsNoneHasTwoBadSuperblocks() throws IOException {
    List<Fault> faults = check("SQLite format 3\0".repeat(1000).getBytes(UTF_8));
    assertListed(faults, 0, "the magic 6b 6c 6f 67 0d 0a 1a 0a", "found 53 51 4c 69 74 65 20 66");
    assertListed(faults, Extent.PAGE, "superblock");
    assertEquals(2, faults.size());
    assertListed(check(new byte[0]), 0, "found the end of the file");
  }

  @Test
  void aSuperblockOfAnotherTimeIsListed() throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    Superblock newest = Superblock.choose("", bytes);
    byte[] other = newest.again().again().again().encode();
    int at = (int) Superblock.position(newest.sequence() + 3);
    System.arraycopy(other, 0, bytes, at, other.length);
    assertListed(
        check(bytes),
        Superblock.position(newest.sequence()),
        "superblock",
        "expected checkpoint " + (newest.sequence() + 2));
  }

  @Test
  void aSnapshotOfOtherBytesIsListedAndReadOn() throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    Extent snapshot = Objects.requireNonNull(Superblock.choose("", bytes).snapshot());
    int name = new String(bytes, ISO_8859_1).indexOf("\001g", (int) snapshot.position());
    int segment = (int) SmallFile.firstSpan(bytes).segment().position(0);
    bytes[name + 1] = 'h';
    bytes[segment + 50] ^= 1;
    List<Fault> faults = check(bytes);
    assertListed(faults, snapshot.position(), "snapshot", "the checksum");
    assertListed(faults, segment, "the header of segment");
    assertEquals(2, faults.size(), faults::toString);
  }

  /** What the snapshot says is changed, and has its checksum. */
  private static List<Fault> checkWith(UnaryOperator<Change> forge) throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    Superblock newest = Superblock.choose("", bytes);
    ByteSink sink = new ByteSink(4096);
    try (StorageFile file = SmallFile.storage(bytes).open(SmallFile.NAME, Storage.Mode.READ)) {
      for (Change change : SnapshotChecker.changes(file, newest, new Faults())) {
        forge.apply(change).write(sink);
      }
    }
    Extent snapshot = Objects.requireNonNull(newest.snapshot());
    System.arraycopy(sink.array(), 0, bytes, (int) snapshot.position(), sink.size());
    byte[] forged =
        new Superblock(
                newest.fileIdHigh(),
                newest.fileIdLow(),
                newest.sequence(),
                newest.epoch(),
                newest.closed(),
                newest.log(),
                snapshot,
                sink.size(),
                Crc.of(sink.array(), 0, sink.size()),
                newest.fileLength())
            .encode();
    System.arraycopy(forged, 0, bytes, (int) Superblock.position(newest.sequence()), forged.length);
    return check(bytes);
  }

  @Test
  void segmentsThatShareAPageAreListed() throws IOException {
    List<Segment> before = new ArrayList<>();
    List<Fault> faults =
        checkWith(
            change -> {
              if (!(change instanceof Change.SegmentAdded added)) {
                return change;
              }
              before.add(added.segment());
              return new Change.SegmentAdded(
                  added.segment().in(new Extent(before.get(0).position(0), Extent.PAGE)));
            });
    assertListed(faults, before.get(0).position(0), "pages of its own", "that belong to topic");
  }

  @Test
  void aSegmentBeyondTheEndOfTheFileIsListed() throws IOException {
    long far = 1L << 40;
    List<Fault> faults =
        checkWith(
            change ->
                change instanceof Change.SegmentAdded added
                    ? new Change.SegmentAdded(
                        added
                            .segment()
                            .in(
                                new Extent(
                                    far + added.segment().position(0),
                                    added.segment().extent().length())))
                    : change);
    assertTrue(faults.size() >= 3, faults::toString);
    faults.forEach(
        fault ->
            assertTrue(fault.position() > far && fault.found().contains("the end of the file")));
  }

  @Test
  void aGapBetweenSegmentsIsListed() throws IOException {
    List<Fault> faults =
        checkWith(
            change ->
                change instanceof Change.SegmentAdded added && added.segment().baseOffset() > 0
                    ? new Change.SegmentAdded(
                        new Segment(
                            added.segment().topicId(),
                            added.segment().partition(),
                            added.segment().generation(),
                            added.segment().extent(),
                            added.segment().baseOffset() + 1))
                    : change);
    assertTrue(
        faults.stream().anyMatch(f -> f.expected().startsWith("a segment from offset")),
        faults::toString);
  }

  @Test
  void whatARangeSaysAndItsRecordsDoNotIsListed() throws IOException {
    List<Fault> faults =
        checkWith(
            change ->
                change instanceof Change.RangeWritten r
                    ? new Change.RangeWritten(
                        r.topicId(),
                        r.partition(),
                        r.generation(),
                        r.from(),
                        r.to(),
                        r.digest(),
                        r.endOffset() + 1,
                        r.minTimestamp() - 1,
                        r.maxTimestamp(),
                        1)
                    : change);
    for (String expected : List.of("records up to", "timestamps from", "the last index block")) {
      assertTrue(
          faults.stream().anyMatch(f -> f.expected().startsWith(expected)), faults::toString);
    }
  }

  @Test
  void aPositionBeyondTheEndOrOfNoPartitionIsListed() throws IOException {
    List<Fault> faults =
        checkWith(
            change ->
                change instanceof Change.PositionMoved moved
                    ? new Change.PositionMoved(
                        moved.group(), moved.topicId(), moved.partition(), 1_000_000)
                    : change);
    assertEquals(1, faults.size(), faults::toString);
    assertListed(faults, 0, "consumer group g in topic t, partition 0", "found 1000000");
    faults =
        checkWith(
            change ->
                change instanceof Change.PositionMoved moved
                    ? new Change.PositionMoved(moved.group(), 77, 0, 1)
                    : change);
    assertEquals(1, faults.size(), faults::toString);
    assertTrue(faults.get(0).toString().contains("a topic that is there"), faults::toString);
  }

  @Test
  void anIndexThatIsNotThatOfItsBatchesIsListed() throws IOException {
    byte[] bytes = SmallFile.indexed();
    assertEquals(List.of(), check(bytes));
    SegmentSpan span = SmallFile.firstSpan(bytes);
    int index = (int) span.segment().position(span.lastIndex());
    byte[] rotten = bytes.clone();
    rotten[index + Block.HEADER + 100] ^= 1;
    assertListed(check(rotten), index, "an index block with its checksum");

    byte[] forged = bytes.clone();
    int entries = IndexBlock.LENGTH - Block.HEADER;
    forged[index + Block.HEADER + 8] ^= 1; // a least timestamp
    LittleEndian.putInt(
        forged, index + RecordBatch.BODY_CRC, Crc.of(forged, index + Block.HEADER, entries));
    Block.putCrc(forged, index, span.segment().seed());
    List<Fault> faults = check(forged);
    assertListed(faults, index, "the index of the batches before it");
    assertEquals(1, faults.size(), faults::toString);
  }

  @Test
  void damageInTheLogOfAnOpenStoreIsListedFromOneRecordToTheNext() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    try (LogStore store = SmallFile.open(storage, OpenOptions.Mode.CREATE);
        StorageFile file = storage.open(SmallFile.NAME, Storage.Mode.WRITE)) {
      Topic topic = store.createTopic("t", 1, Map.of());
      List<Long> records = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        records.add(endOfLog(file));
        LogStoreFixture.append(store, topic, "value " + i);
      }
      assertEquals(List.of(), store.check());
      for (int damaged : new int[] {2, 5, 8}) {
        file.write(records.get(damaged) + CommitRecord.PAYLOAD + 20, new byte[] {99}, 0, 1);
      }
      List<Fault> faults = store.check();
      for (int damaged : new int[] {2, 5, 8}) {
        assertListed(faults, records.get(damaged), "commit log", "with its checksum");
      }
      assertEquals(3, faults.size(), faults::toString);
    }
  }

  /** Behind the last record of the log's first extent, which is all there is. */
  private static long endOfLog(StorageFile file) throws IOException {
    byte[] pages = new byte[2 * Extent.PAGE];
    file.read(0, pages, 0, pages.length);
    LogPosition start = Superblock.choose("", pages).log();
    byte[] log = new byte[(int) start.extent().length()];
    file.read(start.extent().position(), log, 0, log.length);
    int at = (int) start.offset();
    while (Block.length(log, at) != 0) {
      at += Block.length(log, at);
    }
    return start.extent().position() + at;
  }

  @Test
  void whatWasDroppedWhileItWasCheckedIsNoFault() throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    Publisher.Visible state = SmallFile.state(bytes);
    bytes[(int) SmallFile.firstSpan(bytes).segment().position(0) + 50] ^= 1;
    try (StorageFile file = SmallFile.storage(bytes).open(SmallFile.NAME, Storage.Mode.READ)) {
      assertEquals(1, LogChecker.check(file, () -> state, (topic, partition) -> 0).size());
      LogChecker.Starts dropped =
          (topic, partition) -> {
            throw Store.dropped(topic);
          };
      assertEquals(List.of(), LogChecker.check(file, () -> state, dropped));
      assertEquals(List.of(), LogChecker.check(file, () -> state, (topic, partition) -> 1_000));
    }
  }

  @Test
  void aCheckpointThatComesInBetweenIsNoFault() throws IOException {
    byte[] bytes = SmallFile.closed(10, 10).bytes();
    Publisher.Visible state = SmallFile.state(bytes);
    try (StorageFile file = SmallFile.storage(bytes).open(SmallFile.NAME, Storage.Mode.WRITE)) {
      AtomicBoolean first = new AtomicBoolean(true);
      List<Fault> faults =
          LogChecker.check(
              file,
              () -> {
                if (first.getAndSet(false)) {
                  moveSnapshot(file, bytes);
                }
                return state;
              },
              (topic, partition) -> 0);
      assertEquals(List.of(), faults);
    }
  }

  /** As a checkpoint does; where the snapshot was, something else is. */
  private static void moveSnapshot(StorageFile file, byte[] bytes) {
    Superblock old = Superblock.choose("", bytes);
    Extent from = Objects.requireNonNull(old.snapshot());
    Extent to = new Extent(bytes.length, from.length());
    byte[] next =
        new Superblock(
                old.fileIdHigh(),
                old.fileIdLow(),
                old.sequence() + 1,
                old.epoch(),
                old.closed(),
                old.log(),
                to,
                old.snapshotLength(),
                old.snapshotCrc(),
                to.end())
            .encode();
    try {
      file.write(to.position(), bytes, (int) from.position(), (int) from.length());
      file.write(from.position(), new byte[(int) from.length()], 0, (int) from.length());
      file.write(Superblock.position(old.sequence() + 1), next, 0, next.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aStoreThatIsWrittenToWhileItIsCheckedIsSound() throws Exception {
    try (LogStore store = SmallFile.open(new MemoryStorage(), OpenOptions.Mode.CREATE)) {
      Topic topic = store.createTopic("t", 2, Map.of());
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread writer =
          new Thread(
              () -> {
                try {
                  write(store, topic);
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      writer.start();
      int checks = 0;
      while (writer.isAlive() || checks == 0) {
        assertEquals(List.of(), store.check());
        checks++;
      }
      writer.join();
      assertEquals(null, failure.get());
    }
  }

  /** Checkpoints, and topics that come and go, whose space is used again. */
  private static void write(LogStore store, Topic topic) {
    for (int i = 0; i < 600; i++) {
      Topic passing = store.createTopic("passing", 1, Map.of());
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int n = 0; n < 50; n++) {
          tx.append(topic, n % 2, n, null, new byte[100], Headers.NONE);
          tx.append(passing, 0, n, null, new byte[100], Headers.NONE);
        }
        tx.commit();
      }
      store.dropTopic(passing);
    }
  }
}

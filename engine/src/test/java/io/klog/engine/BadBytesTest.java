package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.klog.CorruptLogException;
import io.klog.Fault;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Topic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Files with any damage that a disk, a copy or a hand can do: what is read is right, or an error
 * says where it is not. {@code -Dklog.badbytes=N} tries N damaged files instead of 20,000.
 */
@Timeout(1800)
class BadBytesTest {
  private static final int IMAGES = Integer.getInteger("klog.badbytes", 20_000);

  /** What one damaged file may take of the heap, all in all; the files have some 64 KiB. */
  private static final long MOST_ALLOCATED = 16L << 20;

  private static final List<OpenOptions.Mode> READING = List.of(OpenOptions.Mode.READ);
  private static final List<OpenOptions.Mode> BOTH =
      List.of(OpenOptions.Mode.READ, OpenOptions.Mode.WRITE);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a user sees of a damaged file. */
  private enum Outcome {
    WHOLE,
    PREFIX,
    REFUSED,
    REFUSED_WHEN_READ
  }

  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

  /** Checks it, reads it, and writes to it; whatever is not right or a clear error fails. */
  private void tryOut(SmallFile file, byte[] damaged, boolean mayLose) throws IOException {
    tryOut(file, damaged, mayLose, BOTH);
  }

  private void tryOut(SmallFile file, byte[] damaged, boolean mayLose, List<OpenOptions.Mode> modes)
      throws IOException {
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    List<Fault> faults = check(damaged);
    for (OpenOptions.Mode mode : modes) {
      Outcome outcome = use(file, damaged, mode, faults);
      outcomes.merge(outcome, 1, Integer::sum);
      if (!mayLose) {
        assertNotEquals(Outcome.PREFIX, outcome);
      }
    }
    assertAllocatedLittle(before);
  }

  private static void assertAllocatedLittle(long before) {
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(allocated < MOST_ALLOCATED, () -> allocated + " bytes were allocated");
  }

  private static List<Fault> check(byte[] damaged) throws IOException {
    try (StorageFile opened = SmallFile.storage(damaged).open(SmallFile.NAME, Storage.Mode.READ)) {
      List<Fault> faults = LogChecker.check(opened);
      faults.forEach(fault -> assertTrue(fault.position() >= 0, fault::toString));
      return faults;
    }
  }

  /** Of the file before it was damaged: what has been cut off is missed where it was. */
  private static void assertWithin(SmallFile file, long position) {
    assertTrue(
        position >= 0 && position <= file.length() + Damage.LONGEST,
        () -> "a fault at byte " + position);
  }

  private static Outcome use(
      SmallFile file, byte[] damaged, OpenOptions.Mode mode, List<Fault> faults)
      throws IOException {
    boolean opened = false;
    List<Fault> live = faults;
    try (LogStore store = SmallFile.open(SmallFile.storage(damaged), mode)) {
      opened = true;
      live = store.check();
      boolean whole = file.readWhole(store);
      if (mode != OpenOptions.Mode.READ) {
        SmallFile.goOn(store);
      }
      return whole ? Outcome.WHOLE : Outcome.PREFIX;
    } catch (CorruptLogException e) {
      assertFalse(faults.isEmpty(), () -> "the checker missed: " + e.getMessage());
      assertFalse(live.isEmpty(), () -> "the checker missed in the open store: " + e.getMessage());
      assertEquals(SmallFile.NAME, e.file());
      assertWithin(file, e.position());
      return opened ? Outcome.REFUSED_WHEN_READ : Outcome.REFUSED;
    } catch (KlogException e) {
      assertEquals(Reason.CANNOT_OPEN, e.reason(), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(SmallFile.NAME), e.getMessage());
      assertFalse(faults.isEmpty(), () -> "the checker missed: " + e.getMessage());
      return Outcome.REFUSED;
    }
  }

  private void report(String what) {
    System.out.println("BadBytesTest, " + what + ": " + outcomes);
  }

  @Test
  void whatIsNotDamagedIsSound() throws IOException {
    for (SmallFile file : List.of(SmallFile.closed(10, 10), SmallFile.killed(10, 10))) {
      assertEquals(List.of(), check(file.bytes()));
      tryOut(file, file.bytes(), false);
    }
    assertEquals(Map.of(Outcome.WHOLE, 4), outcomes);
  }

  @Test
  void aFileThatIsCutAnywhereIsRefused() throws IOException {
    cut(SmallFile.closed(0, 6), false);
    report("closed, cut");
    assertEquals(Set.of(Outcome.REFUSED), outcomes.keySet());
  }

  /** Nothing was ever checkpointed there: all of it is a log that may end anywhere. */
  @Test
  void aFileOfAKilledProcessThatIsCutAnywhereHasAPrefixOrIsRefused() throws IOException {
    cut(SmallFile.killed(0, 6), true);
    report("killed, cut");
  }

  private void cut(SmallFile file, boolean mayLose) throws IOException {
    byte[] bytes = file.bytes();
    for (int length = 1; length < bytes.length; length++) {
      // Within zeros a writer finds what he found a byte before.
      boolean write = bytes[length - 1] != 0 || length % 512 == 0;
      tryOut(file, Arrays.copyOf(bytes, length), mayLose, write ? BOTH : READING);
    }
  }

  @Test
  void noDamageMakesAWrongRecord() throws IOException {
    Seed seed = Seed.of("BadBytesTest");
    SplittableRandom random = seed.random();
    for (boolean closed : new boolean[] {true, false}) {
      SmallFile file = closed ? SmallFile.closed(10, 10) : SmallFile.killed(10, 10);
      outcomes.clear();
      for (int i = 0; i < IMAGES / 2; i++) {
        Damage damage = Damage.random(random, file.bytes());
        try {
          tryOut(file, damage.bytes(), !closed);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("image " + i + ", " + damage + ": " + e, e);
        }
      }
      report(closed ? "closed" : "killed");
    }
  }

  /**
   * A writer's mistake, or malice: checksums hold and what they guard does not. Nobody can say what
   * the records were, but it must end, in an error or not, and take no more than a file's share.
   */
  @Test
  void noForgeryTakesMuchMemoryOrForEver() throws IOException {
    SplittableRandom random = Seed.of("BadBytesTest, forged").random();
    SmallFile file = SmallFile.closed(10, 10);
    SmallFile killed = SmallFile.killed(10, 10);
    for (int i = 0; i < IMAGES / 5; i++) {
      byte[] bytes = (i % 2 == 0 ? file : killed).bytes();
      String what = Forgery.apply(random, bytes);
      try {
        tryOutForged(bytes);
      } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
        throw new AssertionError("image " + i + ", " + what + ": " + e, e);
      }
    }
    report("forged");
  }

  /**
   * The file's growth was lost, the log was not: there is nothing to read, and no need for room.
   */
  @Test
  void aRangeBeyondTheEndOfTheFileTakesNoMemory() throws IOException {
    int length = (int) Segment.GREATEST_LENGTH;
    Segment segment = new Segment(1, 0, 1, new Extent(Extent.PAGE, length), 0);
    Change.RangeWritten range =
        new Change.RangeWritten(1, 0, 1, Segment.FIRST_BLOCK, length, 0, 1, 0, 0, 0);
    try (StorageFile file =
        SmallFile.storage(new byte[2 * Extent.PAGE]).open(SmallFile.NAME, Storage.Mode.READ)) {
      long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      LogReplay.RangeCheck check = new LogReplay.RangeCheck(file);
      assertFalse(check.hold(List.of(range), (topicId, partition, generation) -> segment));
      assertAllocatedLittle(before);
    }
  }

  @Test
  void aCountOfRecordsThatCannotBeTakesNoMemory() throws IOException {
    for (int count : new int[] {1 << 30, Integer.MAX_VALUE, -1}) {
      byte[] bytes = SmallFile.closed(3, 3).bytes();
      SegmentSpan span = SmallFile.firstSpan(bytes);
      int batch = (int) span.segment().position(Segment.FIRST_BLOCK);
      LittleEndian.putInt(bytes, batch + RecordBatch.COUNT, count);
      Block.putCrc(bytes, batch, span.segment().seed());
      assertRefusedWhenRead(bytes, batch);
    }
  }

  @Test
  void indexEntriesThatLeadNowhereAreDamage() throws IOException {
    byte[] sound = SmallFile.indexed();
    SegmentSpan span = SmallFile.firstSpan(sound);
    int block = (int) span.segment().position(span.lastIndex());
    int entries = IndexBlock.LENGTH - Block.HEADER;
    for (int position : new int[] {-5, 0, 1 << 29}) {
      byte[] bytes = sound.clone();
      LittleEndian.putInt(bytes, block + Block.HEADER, position);
      LittleEndian.putInt(
          bytes, block + RecordBatch.BODY_CRC, Crc.of(bytes, block + Block.HEADER, entries));
      Block.putCrc(bytes, block, span.segment().seed());
      assertRefusedWhenRead(bytes, block);
    }
  }

  private static void assertRefusedWhenRead(byte[] bytes, int position) throws IOException {
    assertFalse(check(bytes).isEmpty());
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    try (LogStore store = SmallFile.open(SmallFile.storage(bytes), OpenOptions.Mode.READ)) {
      Topic topic = Objects.requireNonNull(store.catalog().topic("t"));
      for (ScanRange range : List.of(ScanRange.ALL, ScanRange.ALL.reversed())) {
        try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, range)) {
          CorruptLogException e =
              assertThrows(
                  CorruptLogException.class,
                  () -> {
                    while (cursor.next()) {}
                  });
          assertEquals(position, e.position());
        }
      }
    }
    assertAllocatedLittle(before);
  }

  private void tryOutForged(byte[] forged) throws IOException {
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    boolean faulty;
    try (StorageFile opened = SmallFile.storage(forged).open(SmallFile.NAME, Storage.Mode.READ)) {
      faulty = !LogChecker.check(opened).isEmpty();
    }
    for (OpenOptions.Mode mode : BOTH) {
      try (LogStore store = SmallFile.open(SmallFile.storage(forged), mode)) {
        store.check();
        SmallFile.scan(store);
        outcomes.merge(Outcome.WHOLE, 1, Integer::sum);
      } catch (KlogException e) {
        assertTrue(e.reason() == Reason.CORRUPT || e.reason() == Reason.CANNOT_OPEN, e.toString());
        assertTrue(faulty, () -> "the checker missed: " + e.getMessage());
        outcomes.merge(Outcome.REFUSED, 1, Integer::sum);
      }
    }
    assertAllocatedLittle(before);
  }
}

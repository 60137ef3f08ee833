package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.CorruptLogException;
import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are none, of another time, cut, or rotten. */
@Timeout(120)
class BadFileTest {
  private static final String NAME = "bad.klog";
  private static final int RECORDS = 400;

  private static MemoryStorage storage(byte[] bytes) throws IOException {
    MemoryStorage storage = new MemoryStorage();
    try (StorageFile file = storage.open(NAME, Storage.Mode.CREATE)) {
      file.write(0, bytes, 0, bytes.length);
    }
    return storage;
  }

  private static byte[] bytes(Storage storage) throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static LogStore open(Storage storage, OpenOptions.Mode mode) {
    return new KlogFile(storage, CrashWorkload.LIMITS)
        .openFile(NAME, new OpenOptions(mode, 1000, 1 << 20));
  }

  private static byte[] value(long offset) {
    return ("value " + offset + "x".repeat((int) (offset % 10 == 0 ? 700 : offset % 40)))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A small file with segments, a tail, a snapshot and a position. */
  private static byte[] file(boolean closed) throws IOException {
    KillableStorage storage = new KillableStorage(new MemoryStorage());
    LogStore store = open(storage, OpenOptions.Mode.CREATE);
    store.dropTopic(store.createTopic("dropped", 1, Map.of()));
    Topic topic = store.createTopic("t", 1, Map.of());
    GroupMember member = store.join("g", topic);
    for (int offset = 0; offset < RECORDS; ) {
      try (Transaction tx = store.begin(SyncLevel.FULL)) {
        int end = Math.min(RECORDS, offset + (offset % 3 == 0 ? 40 : 7));
        for (; offset < end; offset++) {
          tx.append(topic, 0, offset, null, value(offset), Headers.NONE);
        }
        tx.position(member, 0, offset);
        tx.commit();
      }
      if (offset > RECORDS / 2 && offset < RECORDS / 2 + 40) {
        store.close();
        store = open(storage, OpenOptions.Mode.WRITE);
        member = store.join("g", topic);
      }
    }
    if (closed) {
      store.close();
      return bytes(storage);
    }
    byte[] bytes = bytes(storage);
    storage.kill();
    return bytes;
  }

  /** What happened to a damaged file. */
  private enum Outcome {
    WHOLE,
    PREFIX,
    REFUSED,
    REFUSED_WHEN_READ
  }

  /**
   * Opens and reads it: right records, as many as there are, or an exception that says where.
   * Anything else fails.
   */
  private static Outcome tryOut(byte[] bytes, OpenOptions.Mode mode) throws IOException {
    try (LogStore store = open(storage(bytes), mode)) {
      Topic topic = store.catalog().topic("t");
      if (topic == null) {
        return Outcome.PREFIX;
      }
      Snapshot snapshot = store.snapshot(List.of(topic));
      long end = snapshot.endOffset(topic, 0);
      assertTrue(end <= RECORDS);
      store.groupPositions().forEach(position -> assertTrue(position.offset() <= end));
      for (ScanRange range :
          List.of(ScanRange.ALL, ScanRange.ALL.reversed(), ScanRange.ALL.withTimestamps(50, 90))) {
        try (RecordCursor cursor = snapshot.scan(topic, 0, range)) {
          while (cursor.next()) {
            assertEquals(cursor.offset(), cursor.timestamp());
            assertArrayEquals(value(cursor.offset()), cursor.value());
          }
        }
      }
      if (mode != OpenOptions.Mode.READ) {
        goOn(store, topic, end);
      }
      return end == RECORDS ? Outcome.WHOLE : Outcome.PREFIX;
    } catch (CorruptLogException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(
          message.matches("(?s)" + NAME + " is damaged at byte \\d+: expected .+, found .+"),
          message);
      boolean whenRead =
          Arrays.stream(e.getStackTrace()).anyMatch(f -> f.getMethodName().equals("next"));
      return whenRead ? Outcome.REFUSED_WHEN_READ : Outcome.REFUSED;
    } catch (KlogException e) {
      assertEquals(Reason.CANNOT_OPEN, e.reason(), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(NAME), e.getMessage());
      return Outcome.REFUSED;
    }
  }

  private static void goOn(LogStore store, Topic topic, long end) {
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      tx.append(topic, 0, end, null, value(end), Headers.NONE);
      tx.commit();
      assertEquals(end, tx.baseOffset(topic, 0));
    }
  }

  private static void assertRefused(String expected, Reason reason, byte[] bytes)
      throws IOException {
    for (OpenOptions.Mode mode : OpenOptions.Mode.values()) {
      MemoryStorage storage = storage(bytes);
      KlogException e = assertThrows(KlogException.class, () -> open(storage, mode).close());
      assertEquals(reason, e.reason(), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
      assertArrayEquals(bytes, bytes(storage), "what is not ours is not touched");
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedAndNotTouched() throws IOException {
    byte[] text = "Dear diary, ".repeat(5000).getBytes(StandardCharsets.UTF_8);
    assertRefused("is not a klog file", Reason.CANNOT_OPEN, text);
    assertRefused("at byte 0, found 44 65 61 72", Reason.CANNOT_OPEN, Arrays.copyOf(text, 100));
    assertRefused("found 44", Reason.CANNOT_OPEN, Arrays.copyOf(text, 1));
    assertRefused("is not a klog file", Reason.CANNOT_OPEN, new byte[100_000]);
    assertRefused(
        "is not a klog file",
        Reason.CANNOT_OPEN,
        "SQLite format 3\0".repeat(1000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anEmptyFileIsAnEmptyStoreForWhoMayWrite() throws IOException {
    for (int length : new int[] {0, 1, 100, 12_288, 16_384}) {
      KlogException e =
          assertThrows(
              KlogException.class,
              () -> open(storage(new byte[length]), OpenOptions.Mode.READ).close());
      assertEquals(Reason.CANNOT_OPEN, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("is empty"), e.getMessage());
      try (LogStore store = open(storage(new byte[length]), OpenOptions.Mode.WRITE)) {
        assertTrue(store.catalog().topics().isEmpty());
      }
    }
  }

  @Test
  void aFileWhoseLineEndsWereChangedIsRefused() throws IOException {
    String file = new String(file(true), StandardCharsets.ISO_8859_1);
    assertRefused(
        "is not a klog file",
        Reason.CANNOT_OPEN,
        file.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aNewerFormatIsRefusedByItsVersion() throws IOException {
    byte[] bytes = file(true);
    for (int at : new int[] {0, Extent.PAGE}) {
      LittleEndian.putInt(bytes, at + 8, 7);
      byte[] head = Arrays.copyOfRange(bytes, at, at + 12);
      int crc = Crc.of(head, bytes, at + 16, Superblock.LENGTH - 16);
      LittleEndian.putInt(bytes, at + 12, crc);
    }
    assertRefused("has format version 7", Reason.CANNOT_OPEN, bytes);
  }

  @Test
  void aFileWhoseSuperblocksAreBothDamagedSaysSo() throws IOException {
    byte[] bytes = file(true);
    bytes[40] ^= 1;
    bytes[Extent.PAGE + 40] ^= 1;
    assertRefused("is damaged at byte", Reason.CORRUPT, bytes);
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    byte[] bytes = file(true);
    for (int length = 512; length < bytes.length; length += 512) {
      assertRefused("is damaged at byte", Reason.CORRUPT, Arrays.copyOf(bytes, length));
    }
    for (int length : new int[] {8, 100, 150}) {
      assertRefused("is damaged at byte", Reason.CORRUPT, Arrays.copyOf(bytes, length));
    }
  }

  @Test
  void aCutFileOfAKilledProcessHasAPrefixOrIsRefused() throws IOException {
    byte[] bytes = file(false);
    for (OpenOptions.Mode mode : OpenOptions.Mode.values()) {
      for (int length = 512; length < bytes.length; length += 512) {
        tryOut(Arrays.copyOf(bytes, length), mode);
      }
    }
  }

  @Test
  void noBitThatRotsMakesAWrongRecord() throws IOException {
    Seed seed = Seed.of("BadFileTest");
    SplittableRandom random = seed.random();
    for (boolean closed : new boolean[] {true, false}) {
      byte[] bytes = file(closed);
      Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
      for (int i = 0; i < 2000; i++) {
        int bit = random.nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        OpenOptions.Mode mode = i % 2 == 0 ? OpenOptions.Mode.READ : OpenOptions.Mode.WRITE;
        try {
          outcomes.merge(tryOut(bytes, mode), 1, Integer::sum);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("bit " + bit + ": " + e, e);
        }
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
      }
      System.out.println("BadFileTest, " + (closed ? "closed" : "killed") + ": " + outcomes);
    }
  }
}

package io.klog.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.GroupPosition;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a file that other processes write to, and by processes that are killed. */
@Timeout(180)
class BackupProcessesTest {
  private static final int COPIES = Integer.getInteger("klog.backups", 40);
  private static final int KILLS = Integer.getInteger("klog.backupkills", 12);

  /** Low, so that pages are given back and used again all the time. */
  private static final Limits LIMITS =
      new Limits(2 << 10, 32 << 10, 256 << 10, 64 << 10, 32 << 10, true);

  private static final OpenOptions OPTIONS =
      new OpenOptions(OpenOptions.Mode.CREATE, 60_000, 1 << 20);

  private static final int VALUE = 300;
  private static final int KEPT = 3_000;

  @TempDir Path folder;

  private final AtomicInteger said = new AtomicInteger();
  private final List<ChildProcess> children = new ArrayList<>();
  private String file = "";

  @BeforeEach
  void makeTheFile() {
    file = folder.resolve("file.klog").toString();
    try (LogStore store = open(file)) {
      store.createTopic("from", 1, Map.of());
      store.createTopic("to", 2, Map.of());
      store.resetPositions("done", StoreTest.topic(store, "from"), new long[] {0}, false);
    }
  }

  @AfterEach
  void killThem() throws InterruptedException {
    for (ChildProcess child : children) {
      child.kill();
      child.awaitEnd();
    }
  }

  private static LogStore open(String file) {
    return new KlogFile(new FileStorage(), LIMITS).openFile(file, OPTIONS);
  }

  private ChildProcess start(String work, String seed) throws IOException {
    ChildProcess child =
        ChildProcess.start(
            work,
            (who, words) -> {
              said.incrementAndGet();
              who.progressed("start");
            },
            BackupProcessesTest.class,
            file,
            work,
            seed);
    children.add(child);
    return child;
  }

  /** Arguments: the file, what to do, and a seed or the name of a copy. */
  public static void main(String[] arguments) {
    ChildProcess.obey(() -> Runtime.getRuntime().halt(0));
    try (LogStore store = open(arguments[0])) {
      switch (arguments[1]) {
        case "transfer" -> transfer(store, Long.parseLong(arguments[2]));
        case "churn" -> churn(store, Long.parseLong(arguments[2]));
        default -> backUp(store, arguments[2]);
      }
    } catch (Throwable e) {
      ChildProcess.fail(e);
    }
  }

  /**
   * Each record goes to both topics in one transaction, which moves a group to where they end; the
   * oldest are deleted now and then.
   */
  private static void transfer(LogStore store, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Topic from = StoreTest.topic(store, "from");
    Topic to = StoreTest.topic(store, "to");
    byte[] value = new byte[VALUE];
    while (true) {
      try (GroupMember member = store.join("done", from)) {
        for (int i = 0; i < 50 && member.poll().length > 0; i++) {
          try (Transaction tx = store.begin(SyncLevel.OFF)) {
            int count = 1 + random.nextInt(20);
            tx.pin();
            for (int r = 0; r < count; r++) {
              random.nextBytes(value);
              tx.append(from, 0, r, null, value, Headers.NONE);
              tx.append(to, random.nextInt(2), r, value, null, Headers.NONE);
            }
            tx.position(member, 0, tx.baseOffset(from, 0) + count);
            tx.commit();
          } catch (KlogException e) {
            if (e.reason() != Reason.FENCED) {
              throw e;
            }
          }
        }
      }
      keep(store, from, KEPT);
      keep(store, to, 2 * KEPT); // all that the other one has
      ChildProcess.say("transferred");
    }
  }

  private static void keep(LogStore store, Topic topic, int records) {
    Snapshot snapshot = store.snapshot(List.of(topic));
    long[] before = new long[topic.partitions()];
    for (int p = 0; p < before.length; p++) {
      before[p] = Math.max(0, snapshot.endOffset(topic, p) - records);
    }
    store.deleteRecords(topic, before);
  }

  /** Topics that come and go, whole or not at all. */
  private static void churn(LogStore store, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int n = 0; ; n++) {
      Topic topic = store.createTopic("t" + seed + "-" + n, 1, Map.of());
      try (Transaction tx = store.begin(SyncLevel.OFF)) {
        for (int i = random.nextInt(2_000); i >= 0; i--) {
          tx.append(topic, 0, i, null, new byte[VALUE], Headers.NONE);
        }
        tx.commit();
      }
      store.dropTopic(topic);
      ChildProcess.say("dropped");
    }
  }

  private static void backUp(LogStore store, String copy) {
    for (int n = 0; ; n++) {
      store.backup(copy + n);
      ChildProcess.say("copied");
    }
  }

  private void checkThem() throws IOException, InterruptedException {
    for (ChildProcess child : children) {
      child.check();
    }
  }

  private void awaitWords(int count) throws IOException, InterruptedException {
    int before = said.get();
    while (said.get() < before + count) {
      checkThem();
      Thread.sleep(5);
    }
  }

  @Test
  void everyCopyIsTheStateAfterOneCommit() throws Exception {
    SplittableRandom random = Seed.of("BackupProcessesTest").random();
    start("transfer", "" + random.nextInt(1000));
    start("churn", "" + random.nextInt(1000));
    awaitWords(20);
    long newest = 0;
    int records = 0;
    for (int i = 0; i < COPIES; i++) {
      String copy = folder.resolve("copy" + i).toString();
      // By one who writes or only reads beside them, or by one who has it open all the time.
      OpenOptions.Mode mode = i % 3 == 0 ? OpenOptions.Mode.READ : OpenOptions.Mode.WRITE;
      try (LogStore store =
          new KlogFile(new FileStorage(), LIMITS)
              .openFile(file, new OpenOptions(mode, 60_000, 1 << 20))) {
        store.backup(copy);
        if (i % 2 == 0) {
          store.backup(copy + "again");
        }
      }
      newest = verify(copy, newest);
      records++;
      if (i % 2 == 0) {
        newest = verify(copy + "again", newest);
        records++;
      }
      checkThem();
    }
    System.out.printf("%d copies, the last of %d transfers%n", records, newest);
    assertTrue(newest > 0);
  }

  /** Returns how many transfers it has, not less than the one before. */
  private static long verify(String copy, long before) throws IOException {
    long end;
    try (LogStore store = KlogFile.open(copy, OpenOptions.DEFAULT)) {
      assertEquals(List.of(), store.check());
      Topic from = StoreTest.topic(store, "from");
      Topic to = StoreTest.topic(store, "to");
      Snapshot snapshot = store.snapshot(List.of(from, to));
      end = snapshot.endOffset(from, 0);
      assertEquals(end, snapshot.endOffset(to, 0) + snapshot.endOffset(to, 1), "both or none");
      assertEquals(end, position(store), "and the group");
      assertTrue(end >= before, end + " transfers, and " + before + " before");
      verifyAlike(snapshot, from, to);
    }
    Files.delete(Path.of(copy));
    return end;
  }

  private static long position(LogStore store) {
    for (GroupPosition position : store.groupPositions()) {
      if (position.group().equals("done")) {
        return position.offset();
      }
    }
    throw new AssertionError("no position");
  }

  /** What is left of the one is in the other. */
  private static void verifyAlike(Snapshot snapshot, Topic from, Topic to) {
    Set<Integer> received = new TreeSet<>();
    for (int p = 0; p < 2; p++) {
      try (RecordCursor cursor = snapshot.scan(to, p, ScanRange.ALL)) {
        while (cursor.next()) {
          received.add(Crc.of(requireNonNull(cursor.key()), 0, VALUE));
        }
      }
    }
    try (RecordCursor cursor = snapshot.scan(from, 0, ScanRange.ALL)) {
      while (cursor.next()) {
        assertTrue(received.contains(Crc.of(requireNonNull(cursor.value()), 0, VALUE)));
      }
    }
  }

  @Test
  void whoIsKilledLeavesWholeCopiesAndOneThatIsNotFinished() throws Exception {
    SplittableRandom random = Seed.of("BackupProcessesTest.kills").random();
    ChildProcess writer = start("transfer", "" + random.nextInt(1000));
    awaitWords(20);
    writer.kill();
    int copies = 0;
    for (int i = 0; i < KILLS; i++) {
      Path copy = folder.resolve("copy" + i + "-");
      ChildProcess process = start("backup", copy.toString());
      awaitWords(2);
      Thread.sleep(random.nextInt(20));
      process.kill();
      process.awaitEnd();
      int unfinished = 0;
      for (String name : names("copy" + i + "-")) {
        if (name.endsWith(StoreCopy.UNFINISHED)) {
          unfinished++;
        } else {
          verify(folder.resolve(name).toString(), 0);
          copies++;
        }
      }
      assertTrue(unfinished <= 1, unfinished + " are not finished");
    }
    System.out.printf("%d kills, %d copies%n", KILLS, copies);
  }

  private List<String> names(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    }
  }
}

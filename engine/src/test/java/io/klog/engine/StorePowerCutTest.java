package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Fault;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power in every gap between two syncs of random work and opens what is left; likewise of
 * what that opening did, and the one after. {@code -Dklog.powercuts} says how many images of files
 * are tried.
 */
class StorePowerCutTest {
  private static final int IMAGES = Integer.getInteger("klog.powercuts", 60_000);
  private static final int STEPS = 45;

  /** A workload has up to so many processes that have the file open at once. */
  private static final int PROCESSES = 3;

  /** Of so many images, some have each structure pending. */
  private static final int ENOUGH = 20_000;

  /** Possibilities of a gap that are all tried, and the images of one that has more. */
  private static final int FEW = 64;

  private static final int SOME = 24;

  /** So many openings are cut, each while it deals with what the cut before left. */
  private static final int DEPTH = 3;

  /** Of so many images, one is cut again. */
  private static final int AGAIN_ONE_OF = 25;

  private final int[] images = new int[DEPTH];
  private final Map<Structure, Integer> pending = new EnumMap<>(Structure.class);

  @Test
  void everyImageOfTheFileIsThePrefixThatWasAcknowledgedOrMore() throws IOException {
    SplittableRandom random = Seed.of("StorePowerCutTest").random();
    int workloads = 0;
    for (; images[0] < IMAGES; workloads++) {
      RecordingStorage recording =
          new RecordingStorage(new ImageStorage(CrashWorkload.NAME, new SharedPages()));
      CrashWorkload work =
          new CrashWorkload(
              random.split(), recording, 1 + workloads % PROCESSES, workloads % 2 == 0);
      try {
        if (workloads % 20 == 0) {
          work.runLarge(STEPS);
        } else {
          work.run(STEPS);
        }
        tryImages(recording, work.model(), random.split());
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("workload " + workloads + ": " + e.getMessage(), e);
      }
    }
    System.out.println(
        images[0]
            + " different images of "
            + workloads
            + " workloads, "
            + images[1]
            + " of cuts during their recovery, "
            + images[2]
            + " during the next; pending when cut: "
            + pending);
    Set<Structure> wanted = EnumSet.complementOf(EnumSet.of(Structure.OTHER));
    wanted.removeAll(pending.keySet());
    assertTrue(wanted.isEmpty() || IMAGES < ENOUGH, () -> "never pending: " + wanted);
  }

  private void tryImages(RecordingStorage recording, StoreModel model, SplittableRandom random)
      throws IOException {
    Map<Long, Integer> known = new HashMap<>(); // commits, by the image's hash
    PowerCut cut = new PowerCut(recording, CrashWorkload.NAME);
    Iterator<PowerCut.Image> it = cut.images(random.nextLong(), FEW, SOME).iterator();
    while (it.hasNext()) {
      PowerCut.Image image = it.next();
      try {
        int least = acknowledged(image);
        Integer had = known.get(image.hash());
        if (had == null) {
          known.put(image.hash(), tryImage(image, model, least, random));
          image.structures().forEach(structure -> pending.merge(structure, 1, Integer::sum));
        } else {
          assertTrue(had >= least, () -> had + " commits, where " + least + " were acknowledged");
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(image.description() + ": " + e.getMessage(), e);
      }
    }
  }

  private static int acknowledged(PowerCut.Image image) {
    List<Object> markers = image.markers();
    return markers.isEmpty() ? 0 : (int) markers.get(markers.size() - 1);
  }

  /** Returns how many commits it has. */
  private int tryImage(PowerCut.Image image, StoreModel model, int least, SplittableRandom random)
      throws IOException {
    images[0]++;
    RecordingStorage recovery = new RecordingStorage(image.storage(CrashWorkload.NAME));
    int commits = verifyReading(recovery, image, model, least);
    Recovered recovered = recover(recovery, model, commits, random.nextInt(3));
    if (!image.isZero()) {
      assertEquals(new Recovered(commits, 0), recovered, "who writes sees what a reader saw");
    }
    if (random.nextInt(AGAIN_ONE_OF) == 0) {
      cutAgain(recovery, model, commits, random, 1);
    }
    if (!image.isZero() && commits < model.commits()) {
      repeatLost(image, model, commits + 1);
    }
    return commits;
  }

  /** What was lost is done again; that must not bring back what came behind it. */
  private static void repeatLost(PowerCut.Image image, StoreModel model, int lost)
      throws IOException {
    Storage storage = image.storage(CrashWorkload.NAME);
    KillableStorage process = new KillableStorage(storage);
    boolean repeated = model.repeat(CrashWorkload.open(process), lost);
    process.kill();
    if (repeated) {
      try (LogStore after = CrashWorkload.open(storage)) {
        model.verifyExactly(after, lost);
      }
    }
  }

  /** Cuts what an opening did, and tries the next one on what is left. */
  private void cutAgain(
      RecordingStorage recovery, StoreModel model, int commits, SplittableRandom random, int depth)
      throws IOException {
    PowerCut cut = new PowerCut(recovery, CrashWorkload.NAME);
    Iterator<PowerCut.Image> it = cut.images(random.nextLong(), 4, 4).iterator();
    while (it.hasNext()) {
      PowerCut.Image image = it.next();
      RecordingStorage next = new RecordingStorage(image.storage(CrashWorkload.NAME));
      try {
        Recovered recovered = recover(next, model, commits, random.nextInt(3));
        int promised = image.markers().size();
        assertTrue(
            recovered.added >= promised, () -> recovered.added + " of " + promised + " promised");
        images[depth]++;
        if (depth + 1 < DEPTH && random.nextInt(AGAIN_ONE_OF) == 0) {
          cutAgain(next, model, recovered.commits, random, depth + 1);
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("cut again: " + image.description() + ": " + e.getMessage(), e);
      }
    }
  }

  /** Who only reads sees the same, and changes nothing. */
  private static int verifyReading(
      RecordingStorage storage, PowerCut.Image image, StoreModel model, int least)
      throws IOException {
    if (image.isZero()) { // the power was cut while it was created
      assertEquals(0, least);
      return 0;
    }
    OpenOptions reading = new OpenOptions(OpenOptions.Mode.READ, 0, 1 << 20);
    int commits;
    try (LogStore store =
        new KlogFile(storage, CrashWorkload.LIMITS).openFile(CrashWorkload.NAME, reading)) {
      commits = model.verify(store, least);
    }
    assertFalse(storage.hasChanges());
    try (StorageFile file = storage.open(CrashWorkload.NAME, Storage.Mode.READ)) {
      for (Fault fault : LogChecker.check(file)) {
        // The work moves groups to anywhere; all else is sound, whatever was torn.
        assertTrue(fault.where().startsWith("position of consumer group"), fault::toString);
      }
    }
    return commits;
  }

  /**
   * What an opening found.
   *
   * @param commits of the workload's
   * @param added of those that openings before it added
   */
  private record Recovered(int commits, int added) {}

  /**
   * Opens the file, goes on with it, and opens it again. A file that had this done to it before and
   * was cut off has some of the new commits; marks say how many it has to have.
   *
   * @param ending 0 closes, 1 is killed, 2 is killed while it closes
   */
  private static Recovered recover(
      RecordingStorage recording, StoreModel model, int least, int ending) throws IOException {
    KillableStorage process = new KillableStorage(recording);
    LogStore store = CrashWorkload.open(process);
    Topic topic = store.catalog().topic("after");
    int commits = least;
    int added = 0;
    if (topic == null) {
      // A commit that was torn, and none since: that the recovery before was cut off may have
      // completed it, where it wrote again what was missing.
      commits = model.verify(store, least);
      topic = store.createTopic("after", 1, Map.of());
    } else {
      added = verifyNew(store, model, least, topic);
      mark(recording, added); // what can be seen is durable
    }
    addFour(store, topic, added, recording);
    end(store, process, ending);
    try (LogStore after = CrashWorkload.open(recording)) {
      assertEquals(added + 4, verifyNew(after, model, commits, topic));
    }
    return new Recovered(commits, added);
  }

  /** One small and one staged commit are durable at once, two are not. */
  private static void addFour(LogStore store, Topic topic, int first, RecordingStorage recording) {
    int size = 10;
    for (int i = first; i < first + 4; i++) {
      SyncLevel sync = i % 2 == 0 ? SyncLevel.FULL : SyncLevel.OFF;
      try (Transaction tx = store.begin(sync)) {
        tx.append(topic, 0, i, null, new byte[size], Headers.NONE);
        tx.commit();
      }
      if (sync == SyncLevel.FULL) {
        mark(recording, i + 1);
      }
      size *= 12;
    }
  }

  /** There are as many marks as new commits that have to survive. */
  private static void mark(RecordingStorage recording, int count) {
    for (int n = recording.marks(); n < count; n++) {
      recording.mark(n);
    }
  }

  private static void end(LogStore store, KillableStorage process, int ending) throws IOException {
    if (ending == 0) {
      store.close();
    } else if (ending == 1) {
      process.kill();
    } else {
      process.killAfter(3);
      try {
        store.close();
      } catch (RuntimeException e) {
        // It is dead.
      }
      process.kill();
    }
  }

  /** The commits the model knows of are there, and these of the topic "after". */
  private static int verifyNew(LogStore store, StoreModel model, int commits, Topic after) {
    model.verifyExactly(store, commits, after);
    Snapshot snapshot = store.snapshot(List.of(after));
    int count = 0;
    try (RecordCursor cursor = snapshot.scan(after, 0, ScanRange.ALL)) {
      while (cursor.next()) {
        assertEquals(count, cursor.offset());
        assertEquals(count, cursor.timestamp());
        count++;
      }
    }
    assertEquals(count, snapshot.endOffset(after, 0));
    return count;
  }
}

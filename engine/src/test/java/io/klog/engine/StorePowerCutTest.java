package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every sync of random work, and between, and opens what is left. {@code
 * -Dklog.powercuts} says how many images of files are tried.
 */
class StorePowerCutTest {
  private static final int IMAGES = Integer.getInteger("klog.powercuts", 4000);
  private static final int IMAGES_OF_A_WORKLOAD = 200;
  private static final int STEPS = 60;

  private int images;
  private int again;

  @Test
  void everyImageOfTheFileIsThePrefixThatWasAcknowledgedOrMore() throws IOException {
    Seed seed = Seed.of("StorePowerCutTest");
    SplittableRandom random = seed.random();
    for (int workload = 0; images < IMAGES; workload++) {
      RecordingStorage recording = new RecordingStorage();
      CrashWorkload work = new CrashWorkload(random.split(), recording);
      try {
        work.run(STEPS);
        tryImages(recording, work.model(), random.split());
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("workload " + workload + ": " + e.getMessage(), e);
      }
    }
    System.out.println(images + " images, and " + again + " of cuts during their recovery");
  }

  private void tryImages(RecordingStorage recording, StoreModel model, SplittableRandom random)
      throws IOException {
    PowerCut cut = new PowerCut(recording, CrashWorkload.NAME);
    Iterator<PowerCut.Image> it = cut.images(random.nextLong(), IMAGES_OF_A_WORKLOAD).iterator();
    while (it.hasNext()) {
      PowerCut.Image image = it.next();
      try {
        tryImage(image, model, random);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(image.description() + ": " + e.getMessage(), e);
      }
      images++;
    }
  }

  private void tryImage(PowerCut.Image image, StoreModel model, SplittableRandom random)
      throws IOException {
    List<Object> markers = image.markers();
    int least = markers.isEmpty() ? 0 : (int) markers.get(markers.size() - 1);
    RecordingStorage recovery = new RecordingStorage(image.storage(CrashWorkload.NAME));
    int commits = verifyReading(recovery, image, model, least);
    recover(recovery, model, commits, random.nextInt(3));
    if (random.nextInt(20) == 0) {
      PowerCut cut = new PowerCut(recovery, CrashWorkload.NAME);
      for (PowerCut.Image second : cut.images(random.nextLong(), 20).toList()) {
        try {
          int kept =
              recover(
                  new RecordingStorage(second.storage(CrashWorkload.NAME)),
                  model,
                  commits,
                  random.nextInt(3));
          int promised = second.markers().size();
          assertTrue(kept >= promised, () -> kept + " of " + promised + " new commits");
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError("cut again: " + second.description() + ": " + e.getMessage(), e);
        }
        again++;
      }
    }
  }

  /** Who only reads sees the same, and changes nothing. */
  private static int verifyReading(
      RecordingStorage storage, PowerCut.Image image, StoreModel model, int least)
      throws IOException {
    if (!isMade(image)) {
      assertEquals(0, least);
      return 0;
    }
    OpenOptions reading = new OpenOptions(OpenOptions.Mode.READ, 0, 1 << 20);
    int commits;
    try (LogStore store =
        new KlogFile(storage, CrashWorkload.LIMITS).openFile(CrashWorkload.NAME, reading)) {
      commits = model.verify(store, least);
    }
    try (StorageFile file = storage.open(CrashWorkload.NAME, Storage.Mode.READ)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      assertArrayEquals(image.bytes(), bytes);
      for (Fault fault : LogChecker.check(file)) {
        // The work moves groups to anywhere; all else is sound, whatever was torn.
        assertTrue(fault.where().startsWith("position of consumer group"), fault::toString);
      }
    }
    return commits;
  }

  /** Whether there is more than zeros, that is, the power was not cut while it was created. */
  private static boolean isMade(PowerCut.Image image) {
    for (byte b : image.bytes()) {
      if (b != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Opens the file, goes on with it, and opens it again. A file that had this done to it before and
   * was cut off has some of the new commits.
   *
   * @param ending 0 closes, 1 is killed, 2 is killed while it closes
   * @return the new commits that were there at first
   */
  private static int recover(RecordingStorage recording, StoreModel model, int commits, int ending)
      throws IOException {
    KillableStorage process = new KillableStorage(recording);
    LogStore store = CrashWorkload.open(process);
    Topic topic = store.catalog().topic("after");
    int old = commits;
    int had = 0;
    if (topic == null) {
      // A commit that was torn, and none since: that the recovery before was cut off may have
      // completed it, where it wrote again what was missing.
      old = model.verify(store, commits);
      topic = store.createTopic("after", 1, Map.of());
    } else {
      had = verifyNew(store, model, commits, topic);
    }
    int size = 10;
    for (int i = had; i < had + 4; i++) {
      try (Transaction tx = store.begin(i % 2 == 0 ? SyncLevel.FULL : SyncLevel.OFF)) {
        tx.append(topic, 0, i, null, new byte[size], Headers.NONE);
        tx.commit();
      }
      if (i % 2 == 0) {
        for (int n = recordingMarks(recording); n <= i; n++) {
          recording.mark(n);
        }
      }
      size *= 12;
    }
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
    try (LogStore after = CrashWorkload.open(recording)) {
      assertEquals(had + 4, verifyNew(after, model, old, topic));
    }
    return had;
  }

  private static int recordingMarks(RecordingStorage recording) {
    return (int) recording.events().stream().filter(event -> event.mark != null).count();
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

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import io.klog.engine.FaultScenario.Trace;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A device that says a sync is done and has made nothing durable, and then a power cut. A later
 * sync that is honest makes good for it; before that, what was acknowledged may be lost and the
 * file be damaged, but nothing is ever shown that was not written.
 */
@Timeout(300)
class LyingSyncTest {
  /** Images of the file for each lie. */
  private static final int IMAGES = Integer.getInteger("klog.lies", 6);

  private enum Mark {
    LIED,
    HONEST,
    SUPERBLOCK
  }

  /** Syncs nothing when it is told to. */
  private static final class LyingStorage extends ForwardingStorage {
    private final RecordingStorage recording;
    // Syncs until it lies; none before it is armed. For one thread.
    private int left = Integer.MAX_VALUE;
    private boolean forEver;
    private boolean lied;

    LyingStorage(RecordingStorage recording) {
      super(recording);
      this.recording = recording;
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new LyingFile(delegate.open(name, mode));
    }

    private final class LyingFile extends ForwardingFile {
      LyingFile(StorageFile file) {
        super(file);
      }

      @Override
      public void write(long position, byte[] source, int start, int length) throws IOException {
        file.write(position, source, start, length);
        if (position < 2L * Extent.PAGE) {
          recording.mark(Mark.SUPERBLOCK);
        }
      }

      @Override
      public void sync() throws IOException {
        left--;
        if (left == 0 || (left < 0 && forEver)) {
          lied = true;
          recording.mark(Mark.LIED);
        } else {
          file.sync();
          recording.mark(Mark.HONEST);
        }
      }
    }
  }

  static List<FaultScenario> scenarios() {
    return FaultScenario.all().stream().filter(s -> !s.name().equals("together")).toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aSyncThatLiesLosesNoMoreThanItCovered(FaultScenario scenario) throws IOException {
    Seed seed = Seed.of("LyingSyncTest " + scenario);
    int lies = 0;
    for (boolean forEver : new boolean[] {false, true}) {
      int n = 1;
      while (lie(scenario, n, forEver, seed)) {
        n++;
        lies++;
      }
    }
    assertTrue(lies > 0 || !scenario.writes().contains(Trace.SYNC), "no sync was asked for");
  }

  /** Returns whether the sync that was to lie was asked for at all. */
  private static boolean lie(FaultScenario scenario, int n, boolean forEver, Seed seed)
      throws IOException {
    RecordingStorage recording = new RecordingStorage();
    LyingStorage lying = new LyingStorage(recording);
    FaultyRun run =
        new FaultyRun(lying, scenario.limits(), ForkJoinPool.commonPool(), recording::mark);
    scenario.prepare().accept(run);
    lying.left = n;
    lying.forEver = forEver;
    scenario.act().accept(run);
    if (!lying.lied) {
      return false;
    }
    Iterator<PowerCut.Image> images =
        new PowerCut(recording, FaultyRun.NAME).images(seed.value(), IMAGES, IMAGES).iterator();
    while (images.hasNext()) {
      PowerCut.Image image = images.next();
      try {
        verify(image, run.model(), scenario.limits());
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError(
            String.format(
                "%s, sync %d %s: %s: %s",
                scenario, n, forEver ? "ever" : "once", image.description(), e.getMessage()),
            e);
      }
    }
    return true;
  }

  /** What has to be there after all that was marked. */
  private static final class Promise {
    int commits;
    boolean lied;
    private int acknowledged;
    private boolean superblockPending;

    void note(Object mark) {
      if (mark instanceof Integer number) {
        acknowledged = number;
      } else if (mark == Mark.SUPERBLOCK) {
        superblockPending = true;
      } else {
        lied = mark == Mark.LIED;
        superblockPending &= lied;
      }
      if (!lied) {
        commits = acknowledged;
      } else if (superblockPending) {
        // Nobody knows that the old one counts still; what it refers to may be overwritten.
        commits = 0;
      }
    }
  }

  private static void verify(PowerCut.Image image, StoreModel model, Limits limits)
      throws IOException {
    if (!image.markers().contains(Mark.LIED)) {
      return; // StorePowerCutTest cuts the power of honest devices
    }
    Promise promise = new Promise();
    image.markers().forEach(promise::note);
    try {
      open(new KillableStorage(image.storage(FaultyRun.NAME)), model, promise.commits, limits);
    } catch (KlogException e) {
      boolean told = e.reason() == Reason.CORRUPT || e.reason() == Reason.CANNOT_OPEN;
      if (!promise.lied || !told) {
        throw e;
      }
    }
  }

  /** It opens as a prefix, and goes on working. */
  private static void open(Storage storage, StoreModel model, int least, Limits limits) {
    KlogFile files = new KlogFile(storage, limits);
    int commits;
    Topic after;
    try (LogStore store = files.openFile(FaultyRun.NAME, OpenOptions.DEFAULT)) {
      commits = model.verify(store, least);
      after = store.createTopic("after", 1, Map.of());
      for (int rows = 1; rows < 100; rows *= 8) {
        try (Transaction tx = store.begin(SyncLevel.FULL)) {
          for (int i = 0; i < rows; i++) {
            tx.append(after, 0, i, null, new byte[100], Headers.NONE);
          }
          tx.commit();
        }
      }
    }
    try (LogStore store = files.openFile(FaultyRun.NAME, OpenOptions.DEFAULT)) {
      model.verifyExactly(store, commits, after);
      assertEquals(1 + 8 + 64, store.snapshot(List.of(after)).endOffset(after, 0));
    }
  }
}

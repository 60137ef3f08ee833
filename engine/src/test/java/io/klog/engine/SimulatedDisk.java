package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file system that simulated processes share, in memory. A write is seen by all processes at
 * once, and outlives the process; a power cut leaves what {@link PowerCut} says.
 */
final class SimulatedDisk {
  /** The one file that outlives a power cut. */
  static final String NAME = "file";

  /**
   * How often things happen, each in so many of {@link #SCALE} calls.
   *
   * @param switches another process goes on
   * @param stops the process is stopped and goes on later
   * @param kills the process dies in the call
   * @param cuts the power is cut
   * @param jumps the process's clock is set
   */
  record Faults(int switches, int stops, int kills, int cuts, int jumps) {
    static final int SCALE = 100_000;
    static final Faults NONE = new Faults(0, 0, 0, 0, 0);
  }

  /** What a process asks of its storage. */
  enum Call {
    OPEN,
    IDENTITY,
    RENAME,
    DELETE,
    CLOCK,
    NANOS,
    PAUSE,
    SIZE,
    READ,
    WRITE,
    SYNC,
    RESIZE,
    LOCK,
    UNLOCK,
    CLOSE
  }

  /** To see what happens in a simulation that fails. */
  private static final boolean TRACE = Boolean.getBoolean("klog.trace");

  private final SplittableRandom random;
  private final Scheduler scheduler;
  private final long startMillis;
  private final List<SimulatedProcess> alive = new ArrayList<>();
  private RecordingStorage files = new RecordingStorage(new SlowSyncs(new MemoryStorage()));
  private Faults faults = Faults.NONE;
  private Runnable whenCut = () -> {};
  private @Nullable SimulatedProcess syncing;
  private long digest;
  private int deaths;
  private int cuts;
  private int stops;

  /**
   * @param startMillis what the clocks show at first, ms since the epoch
   */
  SimulatedDisk(SplittableRandom random, Scheduler scheduler, long startMillis) {
    this.random = random;
    this.scheduler = scheduler;
    this.startMillis = startMillis;
  }

  SplittableRandom random() {
    return random;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  long startMillis() {
    return startMillis;
  }

  RecordingStorage files() {
    return files;
  }

  Faults faults() {
    return faults;
  }

  void setFaults(Faults next) {
    faults = next;
  }

  /** What to do at a power cut, when all processes are dead. */
  void whenCut(Runnable action) {
    whenCut = action;
  }

  void started(SimulatedProcess process) {
    alive.add(process);
  }

  void died(SimulatedProcess process) {
    if (alive.remove(process)) {
      deaths++;
      trace("process " + process.number() + " dies");
    }
  }

  /** It ended by itself. */
  void ended(SimulatedProcess process) {
    alive.remove(process);
  }

  /** Kills all processes and loses what was not synced, or some of it. */
  void cutPower() {
    cuts++;
    trace("power cut");
    List.copyOf(alive).forEach(SimulatedProcess::die);
    try {
      if (files.identityOf(NAME) != null) {
        PowerCut.Image image = new PowerCut(files, NAME).atTheEnd(random.nextLong());
        files = new RecordingStorage(new SlowSyncs(image.storage(NAME)));
        files.open(NAME, Storage.Mode.READ).close(); // what it has now is what the next cut keeps
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    whenCut.run();
    scheduler.wakeAll();
  }

  void stopped() {
    stops++;
  }

  /** Tells two runs apart: all calls, in their order. */
  long digest() {
    return digest;
  }

  void note(SimulatedProcess process, Call call, long position, long length) {
    digest = (digest * 31 + process.number()) * 31 + call.name().hashCode();
    digest = ((digest * 31 + position) * 31 + length) * 31 + scheduler.now();
    digest = digest * 0x9E3779B97F4A7C15L;
    digest ^= digest >>> 29;
    if (TRACE) {
      trace("process " + process.number() + ": " + call + " " + position + " " + length);
    }
  }

  void trace(String event) {
    if (TRACE) {
      System.out.println(scheduler.now() / 1000 + " us, " + event);
    }
  }

  int deaths() {
    return deaths;
  }

  int cuts() {
    return cuts;
  }

  int stops() {
    return stops;
  }

  /** A sync by this process takes a while, and covers what was written before it. */
  void sync(SimulatedProcess process, StorageFile file) throws IOException {
    syncing = process;
    file.sync();
  }

  /** Below the recording, which notes where a sync began and that it ended. */
  private final class SlowSyncs extends ForwardingStorage {
    SlowSyncs(Storage delegate) {
      super(delegate);
    }

    @Override
    public StorageFile open(String name, Mode mode) throws IOException {
      return new ForwardingFile(delegate.open(name, mode)) {
        @Override
        public void sync() throws IOException {
          SimulatedProcess process = syncing;
          syncing = null;
          file.sync();
          if (process != null) {
            process.whileSyncing();
          }
        }
      };
    }
  }
}

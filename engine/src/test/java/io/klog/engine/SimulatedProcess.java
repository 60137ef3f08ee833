package io.klog.engine;

import io.klog.engine.Scheduler.Task;
import io.klog.engine.SimulatedDisk.Call;
import io.klog.engine.SimulatedDisk.Faults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The storage as one simulated process has it, until it dies. In each call another process may go
 * on for a while, this one may be stopped or killed, or the power be cut; a process that is dead
 * gets an error from every call, so that its thread comes to its end.
 */
final class SimulatedProcess implements Storage {
  /** The process is dead: the thread has nothing to do any more. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("the process is dead", null, false, false);
    }
  }

  private static final long CALL_NANOS = 2_000;
  private static final int MAX_SYNC_NANOS = 5_000_000;

  /** How often a stopped process is away for longer than a lock is waited for. */
  private static final int LONG_STOPS = 8;

  private static final int SHORT_STOP_NANOS = 50_000_000;
  private static final long LONG_STOP_NANOS = 3_000_000_000L;
  private static final int JUMP_MILLIS = 3_600_000;

  private final SimulatedDisk disk;
  private final Scheduler scheduler;
  private final SplittableRandom random;
  private final Task task;
  private final int number;
  private final List<SimulatedFile> open = new ArrayList<>();
  private long jumpedMillis;
  private boolean dead;
  // What the process is about, for the message when it takes too long.
  private String work = "start";
  private long deadline = Long.MAX_VALUE;
  private long callsLeft = Long.MAX_VALUE;

  /**
   * @param number of those that follow each other the same
   */
  SimulatedProcess(SimulatedDisk disk, Task task, int number) {
    this.disk = disk;
    this.scheduler = disk.scheduler();
    this.random = disk.random();
    this.task = task;
    this.number = number;
    disk.started(this);
  }

  int number() {
    return number;
  }

  boolean isDead() {
    return dead;
  }

  /** From here on the next piece of work counts, which has to end within limits. */
  void begin(String next, long nanos, long calls) {
    work = next;
    disk.trace("process " + number + " begins to " + next);
    deadline = scheduler.now() + nanos;
    callsLeft = calls;
  }

  /** Kills the process. What it wrote stays; its locks are gone. */
  void die() {
    if (!dead) {
      dead = true;
      disk.died(this);
      closeFiles();
    }
  }

  /** The process ends, without closing anything. */
  void exit() {
    dead = true;
    disk.ended(this);
    closeFiles();
  }

  private synchronized void closeFiles() {
    for (SimulatedFile file : open) {
      try {
        file.file.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    open.clear();
  }

  private void live() {
    scheduler.requireRunning();
    if (dead) {
      throw new Died();
    }
  }

  /** Every call begins here. */
  private void enter(Call call, long position, long length) {
    live();
    scheduler.advance(CALL_NANOS);
    disk.note(this, call, position, length);
    if (--callsLeft < 0 || scheduler.now() > deadline) {
      throw new AssertionError("process " + number + " does not come to an end: " + work);
    }
    happen();
    live();
  }

  private void happen() {
    Faults faults = disk.faults();
    if (faults.equals(Faults.NONE)) {
      return;
    }
    int draw = random.nextInt(Faults.SCALE);
    if ((draw -= faults.switches()) < 0) {
      scheduler.handOver(task);
    } else if ((draw -= faults.stops()) < 0) {
      disk.stopped();
      away(
          random.nextInt(LONG_STOPS) == 0
              ? random.nextLong(LONG_STOP_NANOS)
              : random.nextInt(SHORT_STOP_NANOS));
    } else if ((draw -= faults.jumps()) < 0) {
      jumpedMillis += random.nextInt(2 * JUMP_MILLIS) - JUMP_MILLIS;
    } else if (draw < faults.cuts()) {
      disk.cutPower();
    }
  }

  /** Time in which the process could do nothing is not held against it. */
  private void away(long nanos) {
    long before = scheduler.now();
    scheduler.sleep(task, nanos);
    if (deadline != Long.MAX_VALUE) {
      deadline += scheduler.now() - before;
    }
  }

  private boolean isKilled() {
    int kills = disk.faults().kills();
    return kills > 0 && random.nextInt(Faults.SCALE) < kills;
  }

  private Died killed() {
    die();
    return new Died();
  }

  private void enterOrDie(Call call, long position, long length) {
    enter(call, position, length);
    if (isKilled()) {
      throw killed();
    }
  }

  void whileSyncing() {
    scheduler.advance(random.nextInt(MAX_SYNC_NANOS));
    if (disk.faults().switches() > 0) {
      scheduler.handOver(task);
    }
    live();
    if (isKilled()) {
      throw killed();
    }
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    enterOrDie(Call.OPEN, 0, 0);
    SimulatedFile file = new SimulatedFile(disk.files().open(name, mode), mode);
    synchronized (this) {
      open.add(file);
    }
    return file;
  }

  @Override
  public @Nullable Object identityOf(String name) throws IOException {
    enterOrDie(Call.IDENTITY, 0, 0);
    return disk.files().identityOf(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    enterOrDie(Call.RENAME, 0, 0);
    disk.files().rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    enterOrDie(Call.DELETE, 0, 0);
    disk.files().delete(name);
  }

  @Override
  public long currentTimeMillis() {
    enter(Call.CLOCK, 0, 0);
    return disk.startMillis() + jumpedMillis + scheduler.now() / 1_000_000;
  }

  @Override
  public long nanoTime() {
    enter(Call.NANOS, 0, 0);
    return scheduler.now();
  }

  @Override
  public void pause(long nanos) {
    enter(Call.PAUSE, nanos, 0);
    scheduler.sleep(task, Math.max(0, nanos));
    live();
  }

  @Override
  public long randomLong() {
    return random.nextLong();
  }

  /** Locks are the process's: closing any opening of a file drops all that it has on it. */
  private synchronized void closed(SimulatedFile closing) {
    if (open.remove(closing)) {
      for (SimulatedFile other : open) {
        if (other.identity().equals(closing.identity())) {
          other.dropLocks();
        }
      }
    }
  }

  private final class SimulatedFile extends ForwardingStorage.ForwardingFile {
    private final List<StorageLock> locks = new ArrayList<>();
    private final boolean writable;

    SimulatedFile(StorageFile file, Mode mode) {
      super(file);
      this.writable = mode != Mode.READ;
    }

    @Override
    public long size() throws IOException {
      enterOrDie(Call.SIZE, 0, 0);
      return file.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      enterOrDie(Call.READ, position, length);
      file.read(position, target, start, length);
    }

    /** Others may see a part of it, and of one who is killed there may be a part. */
    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      enter(Call.WRITE, position, length);
      int sectors =
          writable && length > 0
              ? (int) ((position + length - 1) / PowerCut.SECTOR - position / PowerCut.SECTOR + 1)
              : 0;
      int done = 0;
      if (isKilled()) {
        int part = random.nextInt(sectors + 1);
        file.write(position, source, start, upTo(position, length, part));
        throw killed();
      }
      if (sectors > 1 && random.nextInt(4) == 0 && disk.faults().switches() > 0) {
        done = upTo(position, length, 1 + random.nextInt(sectors - 1));
        file.write(position, source, start, done);
        scheduler.handOver(task);
        live();
      }
      file.write(position + done, source, start + done, length - done);
    }

    /** How many of the bytes lie in the first so many sectors. */
    private static int upTo(long position, int length, int sectors) {
      long end = (position / PowerCut.SECTOR + sectors) * PowerCut.SECTOR;
      return (int) Math.max(0, Math.min(length, end - position));
    }

    @Override
    public void sync() throws IOException {
      enterOrDie(Call.SYNC, 0, 0);
      disk.sync(SimulatedProcess.this, file);
    }

    @Override
    public void resize(long size) throws IOException {
      enter(Call.RESIZE, size, 0);
      if (isKilled()) {
        if (writable && random.nextBoolean()) {
          file.resize(size);
        }
        throw killed();
      }
      file.resize(size);
    }

    @Override
    public @Nullable StorageLock tryLock(long position, long length, boolean shared)
        throws IOException {
      enterOrDie(Call.LOCK, position, length);
      StorageLock lock = file.tryLock(position, length, shared);
      if (lock == null) {
        return null;
      }
      synchronized (SimulatedProcess.this) {
        locks.add(lock);
      }
      return () -> {
        enterOrDie(Call.UNLOCK, position, length);
        lock.close();
      };
    }

    private void dropLocks() {
      for (StorageLock lock : locks) {
        try {
          lock.close();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void close() throws IOException {
      enterOrDie(Call.CLOSE, 0, 0);
      file.close();
      closed(this);
    }
  }
}

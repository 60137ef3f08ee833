package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.engine.OpenOptions.Mode;
import io.klog.engine.Scheduler.Task;
import io.klog.engine.SimulatedDisk.Faults;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Some processes, one disk and what happens to them, all from one seed. Each process opens the
 * file, works for a while, closes it or dies, and another takes its place; in the end one more
 * opens it and finds all that has to be there.
 */
final class Simulation {
  /** Whether the engine lets several processes have a file open for writing. */
  static final boolean SEVERAL_PROCESSES = true;

  /** Without threads of the engine's own, which would not wait for their turn. */
  private static final Limits LIMITS =
      new Limits(
          CrashWorkload.LIMITS.inline(),
          CrashWorkload.LIMITS.fold(),
          CrashWorkload.LIMITS.checkpoint(),
          CrashWorkload.LIMITS.buffer(),
          CrashWorkload.LIMITS.keyIndex(),
          false);

  private static final long START_MILLIS = 1_800_000_000_000L;

  /** How long one piece of work may take: a lock is waited for only so long, a few times over. */
  private static final long WORK_NANOS = 60_000_000_000L;

  private static final long WORK_CALLS = 100_000;
  private static final int WORK = 150;
  private static final int[] SWITCHES = {300, 3_000, 15_000, 40_000};
  private static final int[] KILLS = {0, 100, 600};
  private static final int[] STOPS = {0, 50, 300};
  private static final int[] CUTS = {0, 30, 100, 200};

  private final SplittableRandom random;
  private final boolean allFull;
  private final Scheduler scheduler;
  private final SimulatedDisk disk;
  private final SimulationModel model;
  private final UnaryOperator<Storage> flaw;
  private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
  // How much work is left to be done by all.
  private int work = WORK;
  private int commits;
  private int copies;
  private int backups;
  // How many processes have the file open, or are about to; and how often one began to.
  private int users;
  private int openings;

  /**
   * @param flaw what is wrong with the storage that each process gets; the identity for nothing
   */
  Simulation(long seed, UnaryOperator<Storage> flaw) {
    this.random = new SplittableRandom(seed);
    this.flaw = flaw;
    this.allFull = random.nextInt(3) == 0;
    this.scheduler = new Scheduler(random.split());
    this.disk = new SimulatedDisk(random.split(), scheduler, START_MILLIS);
    this.model = new SimulationModel(allFull);
  }

  SimulatedDisk disk() {
    return disk;
  }

  SimulationModel model() {
    return model;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  int commits() {
    return commits;
  }

  /** Somebody was refused for this reason, as may be. */
  void count(Reason reason) {
    reasons.merge(reason, 1, Integer::sum);
  }

  Map<Reason, Integer> refused() {
    return reasons;
  }

  void committed() {
    commits++;
  }

  /** Of a copy: nobody has made it yet. */
  String newName() {
    return "copy" + copies++;
  }

  int backups() {
    return backups;
  }

  void backedUp() {
    backups++;
  }

  SyncLevel anySync(SplittableRandom chance) {
    return allFull
        ? SyncLevel.FULL
        : List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF).get(chance.nextInt(3));
  }

  /** Throws an AssertionError when anything is not as it ought to be. */
  void run() {
    disk.setFaults(
        new Faults(
            any(SWITCHES), any(STOPS), any(KILLS), any(CUTS), random.nextBoolean() ? 100 : 0));
    disk.whenCut(model::cut);
    List<Consumer<Task>> processes = new ArrayList<>();
    for (int number = 1 + random.nextInt(4); number > 0; number--) {
      processes.add(new Lives(number, random.split()));
    }
    scheduler.run(processes);
    disk.setFaults(Faults.NONE);
    scheduler.run(List.of(this::verify));
  }

  private int any(int[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  LogStore open(SimulatedProcess process, String name, Mode mode, long timeout) {
    return new KlogFile(flaw.apply(process), LIMITS)
        .openFile(name, new OpenOptions(mode, timeout, 1 << 20));
  }

  /** Once for writing, and once more for reading only. */
  private void verify(Task task) {
    for (Mode mode : List.of(Mode.CREATE, Mode.READ)) {
      SimulatedProcess process = new SimulatedProcess(disk, task, 0);
      process.begin("verify", WORK_NANOS, WORK_CALLS);
      try (LogStore store = open(process, SimulatedDisk.NAME, mode, 0)) {
        new SimulatedReader(this, random.split(), process, store).verify();
      }
      process.exit();
    }
  }

  /** One process after the other. */
  private final class Lives implements Consumer<Task> {
    private final int number;
    private final SplittableRandom chance;

    Lives(int number, SplittableRandom chance) {
      this.number = number;
      this.chance = chance;
    }

    @Override
    public void accept(Task task) {
      while (work > 0) {
        SimulatedProcess process = new SimulatedProcess(disk, task, number);
        try {
          live(process);
        } catch (RuntimeException | Error e) {
          if (!process.isDead()) {
            throw e;
          }
        } finally {
          process.exit();
        }
        scheduler.sleep(task, chance.nextInt(20_000_000));
      }
    }

    private void live(SimulatedProcess process) {
      users++;
      openings++;
      try {
        process.begin("open", WORK_NANOS, WORK_CALLS);
        LogStore store = open(process);
        if (store != null) {
          use(process, store);
        }
      } finally {
        users--;
      }
    }

    private @Nullable LogStore open(SimulatedProcess process) {
      Mode mode = chance.nextInt(6) == 0 ? Mode.READ : Mode.CREATE;
      long timeout = chance.nextBoolean() ? 50 : 1_000;
      try {
        return Simulation.this.open(process, SimulatedDisk.NAME, mode, timeout);
      } catch (KlogException e) {
        boolean unmade = e.reason() == Reason.CANNOT_OPEN && mode == Mode.READ;
        boolean allowed =
            e.reason() == Reason.BUSY
                || (e.reason() == Reason.IN_USE)
                || (unmade && model.acknowledgedEnd() == 0);
        if (process.isDead() || !allowed) {
          throw e;
        }
        count(e.reason());
        return null;
      }
    }

    private void use(SimulatedProcess process, LogStore store) {
      SimulatedUser user = new SimulatedUser(Simulation.this, chance, process, number, store);
      for (int i = 1 + chance.nextInt(15); i > 0 && work > 0; i--) {
        work--;
        process.begin("act", WORK_NANOS, WORK_CALLS);
        user.act();
      }
      if (chance.nextInt(10) > 0) {
        process.begin("close", WORK_NANOS, WORK_CALLS);
        close(process, store);
      }
    }

    /** Who is alone with the file leaves a checkpoint. */
    private void close(SimulatedProcess process, LogStore store) {
      boolean alone = users == 1;
      int before = openings;
      try {
        store.close();
      } catch (KlogException e) {
        if (process.isDead() || e.reason() != Reason.BUSY) {
          throw e;
        }
        count(e.reason());
        return;
      }
      if (alone && before == openings && !process.isDead() && !store.isReadOnly()) {
        model.durable(model.acknowledgedEnd());
      }
    }
  }
}

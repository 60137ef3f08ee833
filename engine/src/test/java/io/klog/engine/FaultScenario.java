package io.klog.engine;

import io.klog.SyncLevel;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A short piece of work during which the device may fail.
 *
 * @param name for the failed test's message, and to run it alone
 * @param limits of the store
 * @param prepare steps on a sound device
 * @param act the steps that matter
 * @param writes what these put into the file, or do to it, when nothing fails
 */
record FaultScenario(
    String name,
    Limits limits,
    Consumer<FaultyRun> prepare,
    Consumer<FaultyRun> act,
    Set<Trace> writes) {
  /** What a scenario leaves behind in the writes, resizes and syncs of its file. */
  enum Trace {
    EPOCH,
    LINK,
    INLINED,
    RANGE,
    CREATED,
    DROPPED,
    MOVED,
    CHECKPOINT,
    CUT,
    SYNC
  }

  @Override
  public String toString() {
    return name;
  }

  private static FaultScenario of(
      String name, Consumer<FaultyRun> prepare, Consumer<FaultyRun> act, Trace... writes) {
    Set<Trace> traces = EnumSet.noneOf(Trace.class);
    traces.addAll(List.of(writes));
    return new FaultScenario(name, CrashWorkload.LIMITS, prepare, act, traces);
  }

  private FaultScenario with(Limits other) {
    return new FaultScenario(name, other, prepare, act, writes);
  }

  static List<FaultScenario> all() {
    return List.of(
        of("createFile", run -> {}, run -> run.create("a"), Trace.CREATED, Trace.SYNC),
        of(
            "firstCommit",
            run -> {
              used(run);
              run.close();
              run.open();
            },
            run -> run.insert("a", 1, 100, SyncLevel.FULL),
            Trace.EPOCH,
            Trace.INLINED,
            Trace.SYNC),
        of("inlineFull", FaultScenario::used, run -> inline(run, SyncLevel.FULL), Trace.SYNC),
        of("inlineNormal", FaultScenario::used, run -> inline(run, SyncLevel.NORMAL)),
        of("inlineOff", FaultScenario::used, run -> inline(run, SyncLevel.OFF), Trace.INLINED),
        of(
            "staged",
            FaultScenario::used,
            run -> {
              run.insert("a", 30, 300, SyncLevel.FULL);
              run.insert("a", 2, 100, SyncLevel.OFF);
              run.insert("a", 30, 300, SyncLevel.OFF);
            },
            Trace.RANGE),
        of("link", FaultScenario::used, FaultScenario::crossLink, Trace.INLINED, Trace.LINK),
        of("fold", FaultScenario::almostFolded, FaultScenario::fold, Trace.INLINED, Trace.RANGE),
        of(
                "reserveForTail",
                FaultScenario::longTail,
                run -> {
                  run.insert("a", 10, 1400, SyncLevel.FULL);
                  run.insert("a", 10, 1400, SyncLevel.OFF);
                },
                Trace.INLINED)
            .with(new Limits(16 << 10, 128 << 10, 1 << 20, false)),
        of(
            "checkpointBySize",
            FaultScenario::almostCheckpointed,
            FaultScenario::exceed,
            Trace.CHECKPOINT),
        of(
            "checkpointAfterDrop",
            FaultScenario::almostCheckpointed,
            run -> {
              run.drop("a");
              run.insert("b", 30, 300, SyncLevel.FULL);
              run.insert("b", 1, 100, SyncLevel.OFF);
            },
            Trace.DROPPED,
            Trace.CHECKPOINT,
            Trace.RANGE),
        of(
            "createTopic",
            FaultScenario::used,
            run -> {
              run.create("c");
              run.create("d");
              run.insert("c", 1, 100, SyncLevel.FULL);
            },
            Trace.CREATED),
        of(
            "dropTopic",
            FaultScenario::used,
            run -> {
              run.drop("a");
              run.drop("b");
              run.create("a");
            },
            Trace.DROPPED,
            Trace.CREATED),
        of(
            "position",
            FaultScenario::used,
            run -> {
              run.move("g", "a", 1, SyncLevel.FULL);
              run.move("g", "a", 2, SyncLevel.OFF);
              run.move("h", "b", 0, SyncLevel.NORMAL);
            },
            Trace.MOVED),
        of(
            "pinned",
            FaultScenario::used,
            run -> {
              run.insertPinned("a", 2, 100, SyncLevel.FULL);
              run.insertPinned("a", 30, 300, SyncLevel.OFF);
              run.insertPinned("b", 2, 100, SyncLevel.NORMAL);
            },
            Trace.INLINED,
            Trace.RANGE),
        of(
            "twoTopics",
            FaultScenario::used,
            run -> {
              intoBoth(run, 2, SyncLevel.FULL);
              intoBoth(run, 20, SyncLevel.FULL);
              intoBoth(run, 2, SyncLevel.OFF);
            },
            Trace.INLINED,
            Trace.RANGE),
        of("savepoint", FaultScenario::used, FaultScenario::rollBackTo, Trace.INLINED),
        of(
            "spill",
            FaultScenario::used,
            run -> {
              run.insert("a", 60, 600, SyncLevel.FULL);
              intoBoth(run, 60, SyncLevel.OFF);
              run.insert("b", 2, 100, SyncLevel.OFF);
            },
            Trace.RANGE,
            Trace.INLINED),
        of("spillAndSavepoint", FaultScenario::used, FaultScenario::rollBackSpilled, Trace.RANGE),
        of(
            "reopen",
            run -> {
              mixed(run);
              run.close();
            },
            run -> {
              run.open();
              run.read();
              run.insert("a", 1, 100, SyncLevel.FULL);
            },
            Trace.EPOCH),
        of(
            "recover",
            run -> {
              mixed(run);
              run.kill();
            },
            run -> {
              run.open();
              run.read();
              run.insert("a", 1, 100, SyncLevel.FULL);
            },
            Trace.EPOCH),
        of(
            "closeWithCheckpoint",
            FaultScenario::mixed,
            run -> {
              run.close();
              run.open();
              run.insert("b", 1, 100, SyncLevel.OFF);
              run.close();
            },
            Trace.CHECKPOINT),
        of(
            "closeWithCompaction",
            FaultScenario::holey,
            run -> {
              run.close();
              run.open();
              run.read();
            },
            Trace.CHECKPOINT,
            Trace.CUT),
        of(
            "readOnly",
            run -> {
              mixed(run);
              run.close();
            },
            run -> {
              run.openReading();
              run.read();
              run.close();
            }),
        of(
            "readOnlyAfterKill",
            run -> {
              mixed(run);
              run.kill();
            },
            run -> {
              run.openReading();
              run.read();
            }),
        of(
            "scan",
            run -> {
              mixed(run);
              run.kill();
              run.open();
            },
            run -> {
              run.read();
              run.read();
            }),
        of(
            "together",
            run -> List.of("a", "b", "c").forEach(run::create),
            run -> run.commitTogether(List.of("a", "b", "c"), 3),
            Trace.INLINED,
            Trace.SYNC),
        of(
            "allSorts",
            FaultScenario::used,
            FaultScenario::allSorts,
            Trace.LINK,
            Trace.RANGE,
            Trace.MOVED,
            Trace.CHECKPOINT,
            Trace.CREATED,
            Trace.DROPPED));
  }

  /** Two topics with a short tail, in a file this process has written to. */
  private static void used(FaultyRun run) {
    run.create("a");
    run.create("b");
    run.insert("a", 2, 100, SyncLevel.OFF);
  }

  private static void inline(FaultyRun run, SyncLevel sync) {
    for (int i = 0; i < 3; i++) {
      run.insert(i == 1 ? "b" : "a", 2, 100, sync);
    }
  }

  private static void crossLink(FaultyRun run) {
    for (int i = 0; i < 6; i++) {
      run.insert("a", 3, 900, i % 2 == 0 ? SyncLevel.FULL : SyncLevel.OFF);
    }
  }

  private static void almostFolded(FaultyRun run) {
    used(run);
    for (int i = 0; i < 11; i++) {
      run.insert(i % 2 == 0 ? "a" : "b", 2, 900, SyncLevel.OFF);
    }
  }

  private static void longTail(FaultyRun run) {
    used(run);
    for (int i = 0; i < 4; i++) {
      run.insert("a", 10, 1400, SyncLevel.OFF);
    }
  }

  private static void fold(FaultyRun run) {
    for (int i = 0; i < 5; i++) {
      run.insert("a", 2, 900, i % 2 == 0 ? SyncLevel.FULL : SyncLevel.OFF);
    }
  }

  private static void almostCheckpointed(FaultyRun run) {
    used(run);
    for (int i = 0; i < 2; i++) {
      run.insert("a", 60, 1200, SyncLevel.OFF);
    }
    run.insert("b", 1, 100, SyncLevel.OFF);
  }

  private static void exceed(FaultyRun run) {
    run.insert("a", 60, 1200, SyncLevel.FULL);
    run.insert("b", 60, 1200, SyncLevel.FULL);
    run.insert("a", 2, 100, SyncLevel.FULL);
  }

  private static void intoBoth(FaultyRun run, int rows, SyncLevel sync) {
    run.commit(
        sync,
        (tx, change) -> {
          run.append(tx, change, "a", rows, 300);
          run.append(tx, change, "b", rows, 300);
        });
  }

  private static void rollBackTo(FaultyRun run) {
    for (SyncLevel sync : SyncLevel.values()) {
      run.commit(
          sync,
          (tx, change) -> {
            run.append(tx, change, "a", 2, 100);
            var savepoint = tx.savepoint();
            run.append(tx, run.model().new Change(), "a", 40, 300);
            run.append(tx, run.model().new Change(), "b", 1, 300);
            tx.rollbackTo(savepoint);
            run.append(tx, change, "a", 1, 100);
          });
    }
  }

  /** Within a batch that was written, and to before all that was. */
  private static void rollBackSpilled(FaultyRun run) {
    run.commit(
        SyncLevel.OFF,
        (tx, change) -> {
          run.append(tx, change, "a", 30, 300);
          var savepoint = tx.savepoint();
          run.append(tx, run.model().new Change(), "a", 60, 300);
          run.append(tx, run.model().new Change(), "b", 60, 300);
          tx.rollbackTo(savepoint);
          run.append(tx, change, "b", 30, 600);
        });
    run.commit(
        SyncLevel.FULL,
        (tx, change) -> {
          var start = tx.savepoint();
          run.append(tx, run.model().new Change(), "b", 60, 300);
          tx.rollbackTo(start);
          run.append(tx, change, "a", 1, 300);
        });
  }

  /** Segments, a tail, positions. */
  private static void mixed(FaultyRun run) {
    used(run);
    run.insert("a", 40, 300, SyncLevel.OFF);
    run.insert("b", 60, 1200, SyncLevel.OFF);
    run.insert("b", 2, 300, SyncLevel.FULL);
    run.move("g", "a", 5, SyncLevel.OFF);
    run.insert("a", 2, 300, SyncLevel.OFF);
  }

  /** A segment at the end of the file, behind much that is free. */
  private static void holey(FaultyRun run) {
    used(run);
    run.insert("b", 60, 12_000, SyncLevel.OFF);
    run.insert("a", 40, 3000, SyncLevel.OFF);
    run.drop("b");
  }

  private static void allSorts(FaultyRun run) {
    for (int i = 0; i < 12; i++) {
      SyncLevel sync = i % 3 == 0 ? SyncLevel.FULL : SyncLevel.OFF;
      run.insert("a", 3, 900, sync);
      run.insert("b", i % 4 == 0 ? 60 : 2, 1000, sync);
      run.move("g", "a", i % 3, sync);
    }
    run.drop("b");
    run.create("c");
    run.insert("c", 40, 300, SyncLevel.FULL);
    run.insert("c", 2, 300, SyncLevel.FULL);
  }
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.LogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes that write, read and consume, as kill -9 does, again and again on the same file.
 * {@code -Dklog.kills} says how many.
 */
class KilledProcessTest {
  private static final int KILLS = Integer.getInteger("klog.kills", 200);

  /** Then a new file is begun, for all of it is read by each new process. */
  private static final int KILLS_OF_A_FILE = 25;

  /** More than a writer of one process gets to write. */
  private static final int NUMBERS = 1_000_000;

  /** About what a process needs to get to work; and some get time to do a lot of it. */
  private static final int SHORT_MILLIS = 600;

  private static final int LONG_MILLIS = 2500;
  private static final int MAX_CLOSE_MILLIS = 60;
  private static final int CHECK_MILLIS = 50;

  @TempDir Path folder;

  private final List<WorkingChild> children = new ArrayList<>();
  private SplittableRandom random = new SplittableRandom();
  private Acknowledged acknowledged = new Acknowledged();
  private String file = "";
  private int processes;
  private int kills;

  @Test
  void everythingAcknowledgedIsThereOnceWholeAndInOrder() throws Exception {
    random = Seed.of("KilledProcessTest").random();
    int records = 0;
    long outputs = 0;
    while (kills < KILLS) {
      useFile(Math.min(KILLS, kills + KILLS_OF_A_FILE));
      records += acknowledged.records();
      outputs += acknowledged.outputs();
    }
    System.out.printf(
        "%,d kills of %,d processes: %,d commits acknowledged, %,d records consumed%n",
        kills, processes, records, outputs);
    assertTrue(records > 0 && outputs > 0);
  }

  private void useFile(int untilKills) throws Exception {
    file = folder.resolve("file" + kills + ".klog").toString();
    acknowledged = new Acknowledged();
    int atOnce = 2 + random.nextInt(WorkingProcess.PROCESSES - 1);
    try {
      for (int slot = 0; slot < atOnce; slot++) {
        children.add(start(slot));
      }
      while (kills < untilKills) {
        wait(random.nextInt(random.nextInt(3) == 0 ? LONG_MILLIS : SHORT_MILLIS));
        if (random.nextInt(6) == 0) {
          killAll();
          verify();
          children.replaceAll(child -> start(child.slot()));
        } else {
          killOne(random.nextInt(atOnce));
        }
      }
      killAll();
      verify();
    } finally {
      children.forEach(WorkingChild::kill);
      children.clear();
    }
    Files.delete(Path.of(file));
  }

  private WorkingChild start(int slot) {
    try {
      return WorkingChild.start(file, slot, NUMBERS * (processes++ % 2000), acknowledged);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** One that ends by itself meanwhile is followed by another. */
  private void wait(int millis) throws Exception {
    for (int left = millis; ; left -= CHECK_MILLIS) {
      for (WorkingChild child : children) {
        child.check();
      }
      if (left <= 0) {
        return;
      }
      Thread.sleep(Math.min(left, CHECK_MILLIS));
    }
  }

  /** Sometimes while it closes the file. */
  private void killOne(int index) throws Exception {
    WorkingChild child = children.get(index);
    if (random.nextInt(4) == 0) {
      child.send("close");
      Thread.sleep(random.nextInt(MAX_CLOSE_MILLIS));
    }
    kill(child);
    child.awaitEnd();
    child.check();
    children.set(index, start(child.slot()));
  }

  private void killAll() throws Exception {
    for (WorkingChild child : children) {
      kill(child);
    }
    for (WorkingChild child : children) {
      child.awaitEnd();
      child.check();
    }
  }

  private void kill(WorkingChild child) {
    if (child.isAlive()) {
      kills++;
      child.kill();
    }
  }

  private void verify() {
    try (LogStore store = KlogFile.open(file, OpenOptions.DEFAULT)) {
      acknowledged.verify(store);
    }
  }
}

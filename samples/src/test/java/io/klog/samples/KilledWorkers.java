package io.klog.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Workers on a shop's file, each a sample's main in a process of its own: killed at any moment, as
 * kill -9 does, and followed by others, while orders go on being placed.
 */
final class KilledWorkers implements AutoCloseable {
  /** Start-up is most of what a short life costs. */
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx128m");

  private static final int LOT = 20;
  private static final int MAX_WORK_MILLIS = 300;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final String file;
  private final Path said;
  private final List<String> command = new ArrayList<>();
  private final SplittableRandom random;
  private final List<Process> workers = new ArrayList<>();
  private final ExecutorService customers = Executors.newSingleThreadExecutor();
  private final Future<?> placing;
  private volatile boolean open = true;

  /**
   * Opens the shop.
   *
   * @param arguments the worker's, behind the file
   */
  KilledWorkers(Path folder, Class<?> main, String... arguments) {
    long seed = Long.getLong("klog.seed", System.nanoTime());
    System.out.println(main.getSimpleName() + ": -Dklog.seed=" + seed);
    random = new SplittableRandom(seed);
    file = folder.resolve("shop.klog").toString();
    said = folder.resolve("said");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), file));
    command.addAll(List.of(arguments));
    placing = customers.submit(this::placeOrders);
  }

  String file() {
    return file;
  }

  private Void placeOrders() throws SQLException, InterruptedException {
    try (Connection shop = PlaceOrders.open(file)) {
      while (open) {
        PlaceOrders.place(shop, LOT);
        Thread.sleep(LOT);
      }
    }
    return null;
  }

  private void start() throws IOException {
    workers.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
            .start());
  }

  /**
   * Kills workers again and again, each time after some work was done.
   *
   * @param atOnce how many of them are at work
   * @param progress how much was done so far
   */
  void kill(int times, int atOnce, Callable<Long> progress) throws Exception {
    for (int i = 0; i < times; i++) {
      while (workers.size() < atOnce) {
        start();
      }
      long before = progress.call();
      await(() -> progress.call() > before);
      Thread.sleep(random.nextInt(MAX_WORK_MILLIS));
      Process victim = workers.remove(random.nextInt(workers.size()));
      assertTrue(victim.isAlive(), this::said);
      victim.toHandle().destroyForcibly();
      assertEquals(0, victim.waitFor() & ~137, this::said); // by the signal
    }
  }

  /** Closes the shop, and lets who is left, or a last worker, do what is left to do. */
  void finish(Callable<Boolean> isAllDone) throws Exception {
    open = false;
    placing.get();
    if (workers.isEmpty()) {
      start();
    }
    await(isAllDone);
  }

  private void await(Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      for (Process worker : workers) {
        assertTrue(worker.isAlive(), this::said);
      }
      if (placing.isDone()) {
        placing.get();
      }
      assertTrue(System.nanoTime() - start < PATIENCE, this::said);
      Thread.sleep(5);
    }
  }

  private String said() {
    try {
      return Files.exists(said) ? Files.readString(said) : "nothing was said";
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    open = false;
    for (Process worker : workers) {
      worker.destroyForcibly().onExit().join();
    }
    customers.shutdown();
  }
}

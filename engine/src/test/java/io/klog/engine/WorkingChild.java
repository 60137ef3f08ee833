package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link WorkingProcess}, as whoever started it has it; notes down what it says. */
final class WorkingChild {
  /** How long one of its threads may say nothing, in seconds. */
  private static final int PATIENCE = 60;

  /** Start-up is most of what a short life costs. */
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx64m");

  private final int slot;
  private final Process process;
  private final Acknowledged acknowledged;
  private final Thread listener;
  // When each thread that is at work said something last, by System.nanoTime.
  private final Map<String, Long> progress = new ConcurrentHashMap<>();
  private volatile @Nullable String failure;

  private WorkingChild(int slot, Process process, Acknowledged acknowledged) {
    this.slot = slot;
    this.process = process;
    this.acknowledged = acknowledged;
    this.listener = new Thread(this::listen, "listener of process " + slot);
    listener.setDaemon(true);
  }

  /**
   * @param first the number that its writers begin with
   */
  static WorkingChild start(String file, int slot, int first, Acknowledged acknowledged)
      throws IOException {
    ProcessBuilder command =
        LockingProcess.java(WorkingProcess.class, file, "" + slot, "" + first)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    command.command().addAll(1, FLAGS);
    WorkingChild child = new WorkingChild(slot, command.start(), acknowledged);
    child.progress.put("start", System.nanoTime());
    child.listener.start();
    return child;
  }

  int slot() {
    return slot;
  }

  long pid() {
    return process.pid();
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[words.length - 1].equals("ok")) { // else it was killed while it wrote the line
          heard(line, words);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      failure = e.toString();
    }
  }

  private void heard(String line, String[] words) {
    long now = System.nanoTime();
    switch (words[0]) {
      case "failed" -> failure = line;
      case "open" -> {
        progress.clear();
        for (int i = 0; i < WorkingProcess.LEVELS.size(); i++) {
          progress.put("writer" + i, now);
        }
        progress.put("reader", now);
        progress.put("consumer", now);
      }
      case "closing", "closed", "waiting" -> {
        progress.clear();
        progress.put(words[0], now);
      }
      case "consumer" -> {
        progress.put(words[0], now);
        acknowledged.consumed(slot, Long.parseLong(words[1]));
      }
      case "reader" -> progress.put(words[0], now);
      default -> {
        progress.put(words[0], now);
        int thread = Integer.parseInt(words[0].substring("writer".length()));
        int writer = slot * WorkingProcess.LEVELS.size() + thread;
        acknowledged.written(
            writer + "-" + words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
      }
    }
  }

  boolean isOpen() {
    return progress.containsKey("reader");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Fails if something is wrong with it, or one of its threads seems to wait for ever. */
  void check() throws IOException, InterruptedException {
    String told = failure;
    if (told != null) {
      throw new AssertionError("process " + slot + " " + told);
    }
    long now = System.nanoTime();
    for (Map.Entry<String, Long> entry : progress.entrySet()) {
      if (isAlive() && now - entry.getValue() > TimeUnit.SECONDS.toNanos(PATIENCE)) {
        send("dump");
        process.waitFor(2, TimeUnit.SECONDS); // for the dump
        throw new AssertionError("process " + slot + " makes no progress: " + entry.getKey());
      }
    }
  }

  void send(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** As kill -9 does; leaves what it said to be read. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Returns when it is gone and all it said is noted down. */
  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + slot + " does not end");
    }
    listener.join(TimeUnit.SECONDS.toMillis(PATIENCE));
  }
}

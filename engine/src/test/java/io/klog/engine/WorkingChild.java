package io.klog.engine;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A {@link WorkingProcess}, as whoever started it has it; notes down what it says. */
final class WorkingChild {
  private static final List<String> THREADS =
      Stream.concat(
              IntStream.range(0, WorkingProcess.LEVELS.size()).mapToObj(i -> "writer" + i),
              Stream.of("reader", "consumer"))
          .toList();

  private final int slot;
  private final Acknowledged acknowledged;
  private final ChildProcess process;

  private WorkingChild(String file, int slot, int first, Acknowledged acknowledged)
      throws IOException {
    this.slot = slot;
    this.acknowledged = acknowledged;
    this.process =
        ChildProcess.start(
            "process " + slot, this::heard, WorkingProcess.class, file, "" + slot, "" + first);
  }

  /**
   * @param first the number that its writers begin with
   */
  static WorkingChild start(String file, int slot, int first, Acknowledged acknowledged)
      throws IOException {
    return new WorkingChild(file, slot, first, acknowledged);
  }

  int slot() {
    return slot;
  }

  private void heard(ChildProcess child, String[] words) {
    switch (words[0]) {
      case "open" -> child.atWork(THREADS.toArray(String[]::new));
      case "closing", "closed", "waiting" -> child.atWork(words[0]);
      case "consumer" -> {
        child.progressed(words[0]);
        acknowledged.consumed(slot, Long.parseLong(words[1]));
      }
      case "reader" -> child.progressed(words[0]);
      default -> {
        child.progressed(words[0]);
        int thread = Integer.parseInt(words[0].substring("writer".length()));
        int writer = slot * WorkingProcess.LEVELS.size() + thread;
        acknowledged.written(
            writer + "-" + words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
      }
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Fails if something is wrong with it, or one of its threads seems to wait for ever. */
  void check() throws IOException, InterruptedException {
    process.check();
  }

  void send(String command) throws IOException {
    process.send(command);
  }

  /** As kill -9 does; leaves what it said to be read. */
  void kill() {
    process.kill();
  }

  /** Returns when it is gone and all it said is noted down. */
  void awaitEnd() throws InterruptedException {
    process.awaitEnd();
  }
}

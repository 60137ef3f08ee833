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

/**
 * Another process, as whoever started it has it: hears what it says, on lines that end in ok, and
 * whether it goes on saying something. On "dump" it says where its threads are.
 */
final class ChildProcess {
  /** How long one of its threads may say nothing, in seconds. */
  private static final int PATIENCE = 60;

  /** Start-up is most of what a short life costs. */
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx64m");

  private final String name;
  private final Process process;
  private final Ear ear;
  private final Thread listener;
  // When each thread that is at work said something last, by System.nanoTime.
  private final Map<String, Long> progress = new ConcurrentHashMap<>();
  private volatile @Nullable String failure;

  /** Hears what a process says. */
  interface Ear {
    /** One line: its words, the last of which is ok. By one thread for each process. */
    void heard(ChildProcess child, String[] words);
  }

  private ChildProcess(String name, Process process, Ear ear) {
    this.name = name;
    this.process = process;
    this.ear = ear;
    this.listener = new Thread(this::listen, "listener of " + name);
    listener.setDaemon(true);
  }

  static ChildProcess start(String name, Ear ear, Class<?> main, String... arguments)
      throws IOException {
    ProcessBuilder command =
        LockingProcess.java(main, arguments).redirectError(ProcessBuilder.Redirect.INHERIT);
    command.command().addAll(1, FLAGS);
    ChildProcess child = new ChildProcess(name, command.start(), ear);
    child.atWork("start");
    child.listener.start();
    return child;
  }

  private void listen() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("failed")) {
          failure = line;
        } else if (words[words.length - 1].equals("ok")) { // else it was killed while it wrote it
          ear.heard(this, words);
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      failure = e.toString();
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** These threads are at work from now on, and no others. */
  void atWork(String... threads) {
    progress.clear();
    for (String thread : threads) {
      progressed(thread);
    }
  }

  void progressed(String thread) {
    progress.put(thread, System.nanoTime());
  }

  boolean isAtWork(String thread) {
    return progress.containsKey(thread);
  }

  /** Fails if something is wrong with it, or one of its threads seems to wait for ever. */
  void check() throws IOException, InterruptedException {
    String told = failure;
    if (told != null) {
      throw new AssertionError(name + " " + told);
    }
    long now = System.nanoTime();
    for (Map.Entry<String, Long> entry : progress.entrySet()) {
      if (isAlive() && now - entry.getValue() > TimeUnit.SECONDS.toNanos(PATIENCE)) {
        send("dump");
        process.waitFor(2, TimeUnit.SECONDS); // for the dump
        throw new AssertionError(name + " makes no progress: " + entry.getKey());
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
      throw new AssertionError(name + " does not end");
    }
    listener.join(TimeUnit.SECONDS.toMillis(PATIENCE));
  }

  // What follows is for the process itself.

  /** Says something, to be heard. */
  static void say(String what) {
    System.out.println(what + " ok");
  }

  /** Ends the process, and says why. */
  static void fail(Throwable e) {
    e.printStackTrace();
    say("failed " + String.valueOf(e).replace('\n', ' '));
    Runtime.getRuntime().halt(1);
  }

  /**
   * Begins to obey.
   *
   * @param close what to do when told to "close"
   */
  static void obey(Runnable close) {
    Thread commands = new Thread(() -> readCommands(close), "commands");
    commands.setDaemon(true);
    commands.start();
  }

  private static void readCommands(Runnable close) {
    try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        if (line.equals("close")) {
          close.run();
        } else {
          Thread.getAllStackTraces()
              .forEach((thread, stack) -> System.err.println(thread + " " + List.of(stack)));
        }
      }
      Runtime.getRuntime().halt(0); // whoever started it is gone
    } catch (IOException e) {
      fail(e);
    }
  }
}

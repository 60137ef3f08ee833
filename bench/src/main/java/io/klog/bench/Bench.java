package io.klog.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints klog beside SQLite (xerial, WAL, the same sync level, the same rows), in one run.
 *
 * <p>Arguments: {@code --csv} for a machine's eyes; {@code --rows=N} for tables of another size
 * than 500,000 rows.
 */
public final class Bench {
  private static final String HEAD = "%-44s %14s %14s %8s%n";

  private final boolean csv;
  private final int rows;
  private final Path folder;

  private Bench(boolean csv, int rows, Path folder) {
    this.csv = csv;
    this.rows = rows;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    boolean csv = List.of(args).contains("--csv");
    int rows = 500_000;
    for (String arg : args) {
      if (arg.startsWith("--rows=")) {
        rows = Integer.parseInt(arg.substring("--rows=".length()));
      }
    }
    Path target = Files.createDirectories(Path.of("target"));
    Path folder = Files.createTempDirectory(target, "bench");
    try {
      new Bench(csv, rows, folder).run();
    } finally {
      delete(folder);
    }
  }

  private void run() throws Exception {
    if (csv) {
      System.out.println("work,klog_ns,rival,rival_ns,ratio");
    } else {
      System.out.printf(
          "16-byte keys, 100-byte values; Java %s; the median of rounds taken in turns%n%n",
          Runtime.version());
      System.out.printf(HEAD, "work", "klog", "SQLite", "SQLite/klog");
    }
    durableRow();
    // Warm, as the row of one thread is.
    print("row, sync=full, 8 threads together", 25, 9, ThreadsWork.of(8, 1_600));
    print("row, sync=full, 32 threads together", 10, 7, ThreadsWork.of(32, 1_600));
    print("row, autocommit, sync=off", 5, 11, InsertWork.autocommit("OFF", 2_000));
    print("row in a batch of 1,000", 5, 11, InsertWork.batches("OFF", 20_000, 1_000));
    for (Rival rival : List.of(Rival.KLOG, Rival.SQLITE)) {
      InsertWork.fill(rival, rival.url(folder, "read", "OFF"), rows);
    }
    print("row of a scan of three columns", 5, 9, ReadWork.scan(rows));
    print("prepared seek + 10 rows", 6, 11, ReadWork.seek(rows));
    print("prepare + seek + 10 rows", 6, 11, ReadWork.prepareAndSeek(rows));
    print("row, sync=off, 2 processes together", 3, 7, ProcessesWork.of(2, 20_000));
    recovery();
    wakeUp();
    consume();
    handOver();
    tiny();
    print("fresh JVM: connect, create, insert, read", 1, 7, FreshJvm::new);
  }

  private void recovery() throws Exception {
    Recovery recovery = new Recovery(folder);
    double klog = recovery.open(Rival.KLOG);
    print("open after a kill, 60 MiB to recover", klog, "SQLite", recovery.open(Rival.SQLITE));
    printPart("  of which reading as much", recovery.read(), klog);
  }

  private void wakeUp() throws Exception {
    WakeUp wakeUp = new WakeUp(folder);
    WakeUp.Latency klog = wakeUp.klog();
    WakeUp.Latency group = wakeUp.group();
    WakeUp.Latency sqlite = wakeUp.sqlite();
    String polled = "SQLite polled every ms";
    print("commit to another process, median", klog.medianNanos(), polled, sqlite.medianNanos());
    print("commit to another process, p99", klog.p99Nanos(), polled, sqlite.p99Nanos());
    print(
        "commit to next() for a group, median", group.medianNanos(), polled, sqlite.medianNanos());
    print("commit to next() for a group, p99", group.p99Nanos(), polled, sqlite.p99Nanos());
    print("  idle: of a core, ns per s", klog.idleCpu() * 1e9, polled, sqlite.idleCpu() * 1e9);
  }

  private void consume() throws Exception {
    try (Work klog = ConsumeWork.of(rows).open(Rival.KLOG, folder);
        Work sqlite = ConsumeWork.of(rows).open(Rival.SQLITE, folder);
        Work scan = ReadWork.scan(rows).open(Rival.KLOG, folder)) {
      double[] ns = new Contest(3, 5).run(List.of(klog, sqlite, scan));
      print("row for a group, commit per 500", ns[0], Rival.SQLITE.name(), ns[1]);
      printPart("  of which the scan", ns[2], ns[0]);
    }
  }

  /** SQLite has nobody who would notice. */
  private void handOver() throws Exception {
    double[] ns = new HandOver(folder).run();
    printAlone("kill -9 to next() of the group's other, median", ns[ns.length / 2]);
    printAlone("kill -9 to next() of the group's other, most", ns[ns.length - 1]);
  }

  private void tiny() throws Exception {
    try (Work engine = new TinyWork.Engine(folder);
        Work klog = TinyWork.jdbc().open(Rival.KLOG, folder);
        Work sqlite = TinyWork.jdbc().open(Rival.SQLITE, folder)) {
      double[] ns = new Contest(1, 3).run(List.of(engine, klog, sqlite));
      print("1 M tiny in batches, then for a group", ns[1], Rival.SQLITE.name(), ns[2]);
      print("  the same through the engine", ns[0], Rival.SQLITE.name(), ns[2]);
    }
  }

  private void durableRow() throws Exception {
    int each = 100;
    Work.Factory row = InsertWork.autocommit("FULL", each);
    try (Work klog = row.open(Rival.KLOG, folder);
        Work sqlite = row.open(Rival.SQLITE, folder);
        Work raw = new RawSync(folder, each)) {
      // A JVM interprets the first thousands of commits: that is the last line of the table.
      double[] ns = new Contest(60, 25).run(List.of(klog, sqlite, raw));
      print("row, autocommit, sync=full", ns[0], Rival.SQLITE.name(), ns[1]);
      printPart("  of which write + fdatasync", ns[2], ns[0]);
    }
  }

  /** What klog's work cannot do without, and how many times of it klog takes. */
  private void printPart(String part, double ns, double klog) {
    if (csv) {
      print(part.strip(), klog, "alone", ns);
    } else {
      System.out.printf(HEAD, part, time(ns), "", String.format("klog %.2fx", klog / ns));
    }
  }

  private void printAlone(String work, double ns) {
    if (csv) {
      print(work, ns, "none", Double.NaN);
    } else {
      System.out.printf(HEAD, work, time(ns), "", "");
    }
  }

  private void print(String work, int warmups, int rounds, Work.Factory factory) throws Exception {
    double[] ns = new Contest(warmups, rounds).run(factory, folder);
    print(work, ns[0], Rival.SQLITE.name(), ns[1]);
  }

  private void print(String work, double klog, String rival, double other) {
    if (csv) {
      System.out.printf("%s,%.1f,%s,%.1f,%.2f%n", quote(work), klog, rival, other, other / klog);
    } else {
      System.out.printf(HEAD, work, time(klog), time(other), String.format("%.1fx", other / klog));
    }
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  private static String time(double ns) {
    if (ns < 1_000) {
      return String.format("%.0f ns", ns);
    }
    return ns < 1_000_000
        ? String.format("%,.1f us", ns / 1_000)
        : String.format("%,.0f ms", ns / 1_000_000);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}

package io.klog.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints klog beside SQLite (xerial, WAL, the same sync level, the same rows), in one run.
 *
 * <p>Arguments: {@code --csv} for a machine's eyes; {@code --rows=N} for tables of another size
 * than 500,000 rows, where that is not part of the work; {@code --only=A,B} for some {@link Section
 * sections}, in any case of letters.
 */
public final class Bench {
  private final Report report;
  private final int rows;
  private final Path folder;

  private Bench(Report report, int rows, Path folder) {
    this.report = report;
    this.rows = rows;
    this.folder = folder;
  }

  /** What can be run by itself. */
  private enum Section {
    ROWS,
    READ,
    DRIVER,
    PROCESSES,
    RECOVERY,
    WAKEUP,
    CONSUME,
    HANDOVER,
    TINY,
    LARGE,
    JSON,
    FRESH
  }

  public static void main(String[] args) throws Exception {
    Set<Section> sections = EnumSet.allOf(Section.class);
    boolean csv = false;
    int rows = 500_000;
    for (String arg : args) {
      if (arg.equals("--csv")) {
        csv = true;
      } else if (arg.startsWith("--rows=")) {
        rows = Integer.parseInt(arg.substring("--rows=".length()));
      } else if (arg.startsWith("--only=")) {
        sections = sections(arg.substring("--only=".length()));
      } else {
        throw new IllegalArgumentException(arg + ": expected --csv, --rows=N or --only=A,B");
      }
    }
    Path target = Files.createDirectories(Path.of("target"));
    Report report = new Report(csv);
    report.head();
    for (Section section : sections) {
      Path folder = Files.createTempDirectory(target, "bench");
      try {
        new Bench(report, rows, folder).run(section);
      } finally {
        delete(folder);
      }
    }
  }

  private static Set<Section> sections(String names) {
    return Arrays.stream(names.split(","))
        .map(name -> Section.valueOf(name.toUpperCase(Locale.ROOT)))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Section.class)));
  }

  private void run(Section section) throws Exception {
    switch (section) {
      case ROWS -> rows();
      case READ -> read();
      case DRIVER -> driver();
      case PROCESSES -> processes();
      case RECOVERY -> recovery();
      case WAKEUP -> wakeUp();
      case CONSUME -> consume();
      case HANDOVER -> handOver();
      case TINY -> tiny();
      case LARGE -> new LargeWorks(folder, report).keys();
      case JSON -> new LargeWorks(folder, report).json();
      case FRESH -> fresh();
    }
  }

  private void rows() throws Exception {
    double alone = durableRow();
    // Warm, as the row of one thread is.
    print(
        "row, sync=full, 8 threads together",
        new Contest(25, 9),
        ThreadsWork.of(8, 1_600),
        Goal.atMost(alone / 2.5));
    print(
        "row, sync=full, 32 threads together",
        new Contest(10, 7),
        ThreadsWork.of(32, 1_600),
        Goal.atMost(alone / 4));
    print(
        "row, autocommit, sync=off",
        new Contest(5, 11),
        InsertWork.autocommit("OFF", 2_000),
        Goal.times(3));
    print(
        "row in a batch of 1,000",
        new Contest(5, 11),
        InsertWork.batches("OFF", 20_000, 1_000),
        Goal.times(7).andAtMost(250));
  }

  private void read() throws Exception {
    fillForReading();
    print(
        "row of a scan of three columns",
        new Contest(5, 9),
        ReadWork.scan(rows),
        Goal.times(5).andAtMost(80));
    Contest contest = new Contest(6, 11);
    print("prepared seek + 10 rows", contest, ReadWork.seek(rows), Goal.times(4));
    print("prepare + seek + 10 rows", contest, ReadWork.prepareAndSeek(rows), Goal.times(4));
  }

  private void fillForReading() throws SQLException {
    for (Rival rival : List.of(Rival.KLOG, Rival.SQLITE)) {
      InsertWork.fill(rival, rival.url(folder, "read", "OFF"), rows);
    }
  }

  private void driver() throws Exception {
    try (DriverCost cost = new DriverCost()) {
      cost.report(report);
    }
  }

  private void processes() throws Exception {
    print(
        "row, sync=off, 2 processes together",
        new Contest(3, 7),
        ProcessesWork.of(2, 20_000),
        Goal.NONE);
  }

  private void recovery() throws Exception {
    Recovery recovery = new Recovery(folder);
    double klog = recovery.open(Rival.KLOG);
    report.line(
        "open after a kill, 60 MiB to recover", klog, recovery.open(Rival.SQLITE), Goal.NONE);
    report.part("  of which reading as much", recovery.read(), klog, Goal.NONE);
  }

  private void wakeUp() throws Exception {
    WakeUp wakeUp = new WakeUp(folder);
    WakeUp.Latency klog = wakeUp.klog();
    WakeUp.Latency group = wakeUp.group();
    WakeUp.Latency sqlite = wakeUp.sqlite();
    polled("commit to another process, median", klog.medianNanos(), sqlite.medianNanos());
    polled("commit to another process, p99", klog.p99Nanos(), sqlite.p99Nanos());
    polled("commit to next() for a group, median", group.medianNanos(), sqlite.medianNanos());
    polled("commit to next() for a group, p99", group.p99Nanos(), sqlite.p99Nanos());
    polled("  idle: of a core, ns per s", klog.idleCpu() * 1e9, sqlite.idleCpu() * 1e9);
  }

  private void polled(String work, double klog, double sqlite) {
    report.line(work, klog, "SQLite polled every ms", sqlite, Goal.NONE);
  }

  private void consume() throws Exception {
    fillForReading();
    try (Work klog = ConsumeWork.of(rows).open(Rival.KLOG, folder);
        Work sqlite = ConsumeWork.of(rows).open(Rival.SQLITE, folder);
        Work scan = ReadWork.scan(rows).open(Rival.KLOG, folder)) {
      double[] ns = new Contest(3, 5).run(List.of(klog, sqlite, scan));
      report.line("row for a group, commit per 500", ns[0], ns[1], Goal.NONE);
      report.part("  of which the scan", ns[2], ns[0], Goal.NONE);
    }
  }

  /** SQLite has nobody who would notice. */
  private void handOver() throws Exception {
    double[] ns = new HandOver(folder).run();
    report.alone("kill -9 to next() of the group's other, median", ns[ns.length / 2]);
    report.alone("kill -9 to next() of the group's other, most", ns[ns.length - 1]);
  }

  private void tiny() throws Exception {
    try (Work engine = new TinyWork.Engine(folder);
        Work klog = TinyWork.jdbc().open(Rival.KLOG, folder);
        Work sqlite = TinyWork.jdbc().open(Rival.SQLITE, folder)) {
      double[] ns = new Contest(1, 3).run(List.of(engine, klog, sqlite));
      report.line("1 M tiny in batches, then for a group", ns[1], ns[2], Goal.atMost(400e6));
      report.line("  the same through the engine", ns[0], ns[2], Goal.atMost(250e6));
    }
  }

  private double durableRow() throws Exception {
    int each = 100;
    Work.Factory row = InsertWork.autocommit("FULL", each);
    try (Work klog = row.open(Rival.KLOG, folder);
        Work sqlite = row.open(Rival.SQLITE, folder);
        Work raw = new RawSync(folder, each)) {
      // A JVM interprets the first thousands of commits: that is the last section.
      double[] ns = new Contest(60, 25).run(List.of(klog, sqlite, raw));
      report.line("row, autocommit, sync=full", ns[0], ns[1], Goal.NONE);
      report.part("  of which write + fdatasync", ns[2], ns[0], Goal.times(1 / 1.2));
      return ns[0];
    }
  }

  private void fresh() throws Exception {
    Contest contest = new Contest(1, 7);
    print(
        OneJar.isThere()
            ? "fresh JVM, klog.jar: create, insert, read"
            : "fresh JVM, modules: create, insert, read",
        contest,
        FreshJvm::plain,
        Goal.atMost(800e6));
    print("  with a class-data archive", contest, FreshJvm::archived, Goal.atMost(400e6));
  }

  private void print(String work, Contest contest, Work.Factory factory, Goal goal)
      throws Exception {
    double[] ns = contest.run(factory, folder);
    report.line(work, ns[0], ns[1], goal);
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

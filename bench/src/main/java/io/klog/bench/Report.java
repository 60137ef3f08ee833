package io.klog.bench;

/** The table that the bench prints, a line as soon as it is known. */
final class Report {
  private static final String LINE = "%-48s %14s %14s %12s  %s%n";

  private final boolean csv;

  Report(boolean csv) {
    this.csv = csv;
  }

  void head() {
    if (csv) {
      System.out.println("work,klog_ns,rival,rival_ns,ratio,goal,met");
    } else {
      System.out.printf(
          "16-byte keys, 100-byte values; Java %s; the median of rounds taken in turns%n%n",
          Runtime.version());
      System.out.printf(LINE, "work", "klog", "SQLite", "SQLite/klog", "goal");
    }
  }

  void line(String work, double klog, double sqlite, Goal goal) {
    line(work, klog, Rival.SQLITE.name(), sqlite, goal);
  }

  void line(String work, double klog, String rival, double other, Goal goal) {
    String met = goal.equals(Goal.NONE) ? "" : goal.isMet(klog, other) ? "met" : "missed";
    if (csv) {
      System.out.printf(
          "\"%s\",%.1f,%s,%.1f,%.2f,\"%s\",%s%n",
          work, klog, rival, other, other / klog, goal, met);
    } else {
      String verdict = met.isEmpty() ? "" : goal + ": " + met;
      System.out.printf(
          LINE, work, time(klog), time(other), String.format("%.1fx", other / klog), verdict);
    }
  }

  /** What klog's work cannot do without, and how many times of it klog takes. */
  void part(String part, double ns, double klog, Goal goal) {
    if (csv) {
      line(part.strip(), klog, "alone", ns, goal);
    } else {
      String verdict =
          goal.equals(Goal.NONE)
              ? ""
              : String.format(
                  "%.1fx: %s", 1 / goal.times(), goal.isMet(klog, ns) ? "met" : "missed");
      System.out.printf(LINE, part, time(ns), "", String.format("klog %.2fx", klog / ns), verdict);
    }
  }

  void alone(String work, double ns) {
    if (csv) {
      line(work, ns, "none", Double.NaN, Goal.NONE);
    } else {
      System.out.printf(LINE, work, time(ns), "", "", "");
    }
  }

  /** What is klog's own, beyond what it stands on. */
  void own(String work, double ns, Goal goal) {
    String met = goal.isMet(ns, 0) ? "met" : "missed";
    if (csv) {
      System.out.printf("\"%s\",%.1f,none,NaN,NaN,\"%s\",%s%n", work, ns, goal, met);
    } else {
      System.out.printf(LINE, work, time(ns), "", "", goal + ": " + met);
    }
  }

  void bytes(String work, double bytes) {
    if (csv) {
      System.out.printf("\"%s, bytes\",%.1f,none,NaN,NaN,,%n", work.strip(), bytes);
    } else {
      System.out.printf(LINE, work, String.format("%.0f bytes", bytes), "", "", "");
    }
  }

  /** Says what takes so long, where it does not get between the lines of the table. */
  static void progress(String what) {
    System.err.println("... " + what);
  }

  static String time(double ns) {
    if (ns < 1_000) {
      return String.format("%.0f ns", ns);
    }
    return ns < 1_000_000
        ? String.format("%,.1f us", ns / 1_000)
        : String.format(ns < 10_000_000 ? "%,.1f ms" : "%,.0f ms", ns / 1_000_000);
  }
}

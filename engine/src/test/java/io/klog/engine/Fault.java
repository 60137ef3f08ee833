package io.klog.engine;

import io.klog.KlogException.Reason;
import io.klog.engine.FailingStorage.Call;
import io.klog.engine.FailingStorage.Tear;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What goes wrong in one run of a scenario.
 *
 * @param forEver whether all calls of the kind fail from the n-th on, until the device is healed
 * @param n which call of its kind fails, 1 for the first; of a full device, one more than the free
 *     blocks it has; of one that is gone, which call of any kind
 */
record Fault(Call call, Problem problem, boolean forEver, int n) {
  /** The message of what is thrown that is no failure of the device. */
  static final String ON_PURPOSE = "thrown on purpose";

  private static final Set<Call> DECLARING = EnumSet.complementOf(EnumSet.of(Call.CLOCK));
  private static final Set<Call> ALL = EnumSet.allOf(Call.class);

  /** A problem, where it occurs, what arrives of the first write, what the user may be told. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody changes the sets
  enum Problem {
    ERROR(DECLARING, FailingStorage::ioError, Tear.NONE, Reason.IO),
    SHORT_WRITE(EnumSet.of(Call.WRITE), FailingStorage::ioError, Tear.HALF, Reason.IO),
    LATE_ERROR(EnumSet.of(Call.WRITE), FailingStorage::ioError, Tear.ALL, Reason.IO),
    NO_SPACE(
        EnumSet.of(Call.OPEN, Call.WRITE, Call.RESIZE),
        FailingStorage::full,
        Tear.HALF,
        Reason.DISK_FULL),
    /** The device is gone with the n-th call, whatever it is. */
    GONE(EnumSet.of(Call.OPEN), FailingStorage::ioError, Tear.NONE, Reason.IO),
    /** The device has some free blocks, and then no more. */
    FULL_DEVICE(EnumSet.of(Call.WRITE), FailingStorage::full, Tear.HALF, Reason.DISK_FULL),
    OUT_OF_MEMORY(ALL, () -> new OutOfMemoryError(ON_PURPOSE), Tear.NONE, Reason.IO),
    STACK_OVERFLOW(ALL, () -> new StackOverflowError(ON_PURPOSE), Tear.ALL, Reason.IO),
    MISTAKE(ALL, () -> new IllegalStateException(ON_PURPOSE), Tear.HALF, Reason.IO);

    private final Set<Call> calls;
    private final Supplier<? extends Throwable> what;
    private final Tear tear;
    private final Reason reason;

    Problem(Set<Call> calls, Supplier<? extends Throwable> what, Tear tear, Reason reason) {
      this.calls = calls;
      this.what = what;
      this.tear = tear;
      this.reason = reason;
    }
  }

  /** The first of each kind there is. */
  static List<Fault> firsts() {
    List<Fault> firsts = new ArrayList<>();
    for (Problem problem : Problem.values()) {
      for (Call call : problem.calls) {
        firsts.add(new Fault(call, problem, true, 1));
        if (problem != Problem.FULL_DEVICE && problem != Problem.GONE) {
          firsts.add(new Fault(call, problem, false, 1));
        }
      }
    }
    return firsts;
  }

  Fault next() {
    return new Fault(call, problem, forEver, n + 1);
  }

  void arm(FailingStorage storage) {
    if (problem == Problem.FULL_DEVICE) {
      storage.limit(storage.used() + (n - 1L) * FailingStorage.BLOCK);
      return;
    }
    if (problem == Problem.GONE) {
      storage.failFrom(n, problem.what, DECLARING.toArray(Call[]::new));
      return;
    }
    storage.tearWrites(problem.tear);
    storage.failOnce(n, problem.what, call);
    if (forEver) { // nothing arrives any more, not even what would undo the first
      storage.tearWrites(Tear.NONE);
      storage.failFrom(n + 1, problem.what, call);
    }
  }

  /** Whether the user may be told this. */
  boolean explains(Reason reason) {
    return reason == problem.reason || reason == Reason.OUTCOME_UNKNOWN || reason == Reason.FAILED;
  }

  /** Whether this is what was thrown, and not a mistake of the engine's. */
  boolean threw(Throwable thrown) {
    return ON_PURPOSE.equals(thrown.getMessage());
  }

  @Override
  public String toString() {
    String often = forEver ? "ever" : "once";
    return String.format("%s-%s-%s-%d", call, problem, often, n).toLowerCase(Locale.ROOT);
  }

  /** The inverse of {@link #toString}. */
  static Fault parse(String text) {
    String[] parts = text.toUpperCase(Locale.ROOT).split("-", -1);
    return new Fault(
        Call.valueOf(parts[0]),
        Problem.valueOf(parts[1]),
        parts[2].equals("EVER"),
        Integer.parseInt(parts[3]));
  }
}

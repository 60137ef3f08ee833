package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a store does when its device fails, or when something is thrown where nobody expects it:
 * each call of each scenario, once, and all from one on. {@code -Dklog.fault=scenario-call-...}, as
 * a failed test prints it, runs one case alone.
 */
@Timeout(300)
class FailingStoreTest {
  private static final String ONLY = System.getProperty("klog.fault", "");

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  @AfterAll
  static void endThreads() throws InterruptedException {
    THREADS.shutdown();
    assertTrue(THREADS.awaitTermination(60, TimeUnit.SECONDS), "a thread waits for ever");
  }

  static List<FaultScenario> scenarios() {
    return FaultScenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aFaultHarmsItsOwnCommitAtMostOrFailsTheStoreUntilItIsOpenedAnew(FaultScenario scenario) {
    if (!ONLY.isEmpty()) {
      assumeTrue(ONLY.startsWith(scenario + "-"));
      Fault only = Fault.parse(ONLY.substring(scenario.name().length() + 1));
      assertTrue(run(scenario, only), "it does not come to that");
      return;
    }
    int faults = 0;
    for (Fault first : Fault.firsts()) {
      for (Fault fault = first; run(scenario, fault); fault = fault.next()) {
        faults++;
      }
    }
    System.out.println(scenario + ": " + faults + " faults");
    assertTrue(faults > 50, scenario + ": only " + faults + " faults");
  }

  /** Returns whether it came to the fault at all. */
  private static boolean run(FaultScenario scenario, Fault fault) {
    boolean faulted = false;
    for (FaultyRun.Ending ending : FaultyRun.Ending.values()) {
      FaultyRun run = new FaultyRun(new MemoryStorage(), scenario.limits(), THREADS, commits -> {});
      try {
        scenario.prepare().accept(run);
        run.arm(fault);
        scenario.act().accept(run);
        faulted |= run.isFaulted();
        run.judge(ending);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            String.format("-Dklog.fault=%s-%s, %s: %s", scenario, fault, ending, e.getMessage()),
            e);
      }
    }
    return faulted;
  }
}

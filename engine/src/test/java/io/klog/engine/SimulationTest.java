package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Simulated processes on one file, which are stopped and killed and whose power is cut, against a
 * model. {@code -Dklog.simulations} says how many simulations; the seed of one that fails is
 * printed, {@code -Dklog.seed} runs it first, and {@code -Dklog.trace=true} prints what happens.
 */
class SimulationTest {
  private static final int SIMULATIONS = Integer.getInteger("klog.simulations", 10_000);

  /** A flaw has to be noticed by one of so many. */
  private static final int PATIENCE = 500;

  @Test
  void processesSeeOneOrderOfCommitsAndLoseNothingTheyWereTold() {
    long seed = Seed.of("SimulationTest").value();
    long commits = 0;
    long backups = 0;
    long deaths = 0;
    long cuts = 0;
    long stops = 0;
    long switches = 0;
    Map<Reason, Integer> refused = new EnumMap<>(Reason.class);
    for (int i = 0; i < SIMULATIONS; i++) {
      Simulation simulation = run(seed + i, UnaryOperator.identity());
      commits += simulation.commits();
      backups += simulation.backups();
      deaths += simulation.disk().deaths();
      cuts += simulation.disk().cuts();
      stops += simulation.disk().stops();
      switches += simulation.scheduler().switches();
      simulation.refused().forEach((reason, count) -> refused.merge(reason, count, Integer::sum));
    }
    System.out.printf(
        "%,d simulations: %,d commits, %,d backups, %,d deaths, %,d power cuts, %,d stops, %,d switches;"
            + " refused %s%n",
        SIMULATIONS, commits, backups, deaths, cuts, stops, switches, refused);
    assertTrue(
        commits > SIMULATIONS
            && backups > 0
            && deaths > 0
            && cuts > 0
            && stops > 0
            && switches > 0);
  }

  private static Simulation run(long seed, UnaryOperator<Storage> flaw) {
    Simulation simulation = new Simulation(seed, flaw);
    try {
      simulation.run();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("replay with -Dklog.seed=" + seed + ": " + e.getMessage(), e);
    }
    return simulation;
  }

  @Test
  void oneSeedAlwaysGivesTheSameEvents() {
    SplittableRandom seeds = Seed.of("SimulationTest.oneSeedAlwaysGivesTheSameEvents").random();
    long before = 0;
    for (int i = 0; i < 50; i++) {
      long seed = seeds.nextLong();
      long digest = run(seed, UnaryOperator.identity()).disk().digest();
      assertEquals(digest, run(seed, UnaryOperator.identity()).disk().digest(), "seed " + seed);
      assertNotEquals(before, digest);
      before = digest;
    }
  }

  @Test
  void syncsThatDoNothingAreNoticed() {
    assertNoticed(
        "syncsThatDoNothingAreNoticed",
        file ->
            new ForwardingStorage.ForwardingFile(file) {
              @Override
              public void sync() {}
            });
  }

  @Test
  void locksThatEverybodyGetsAreNoticed() {
    assertNoticed(
        "locksThatEverybodyGetsAreNoticed",
        file ->
            new ForwardingStorage.ForwardingFile(file) {
              @Override
              public @Nullable StorageLock tryLock(long position, long length, boolean shared) {
                return () -> {};
              }
            });
  }

  @Test
  void writesThatAreLostAreNoticed() {
    assertNoticed(
        "writesThatAreLostAreNoticed",
        file ->
            new ForwardingStorage.ForwardingFile(file) {
              private int writes;

              @Override
              public void write(long position, byte[] source, int start, int length)
                  throws IOException {
                if (++writes % 20 != 0) {
                  file.write(position, source, start, length);
                }
              }
            });
  }

  private static void assertNoticed(String test, UnaryOperator<StorageFile> flaw) {
    long seed = Seed.of("SimulationTest." + test).value();
    for (int i = 0; i < PATIENCE; i++) {
      try {
        run(seed + i, storage -> flawed(storage, flaw));
      } catch (AssertionError e) {
        return;
      }
    }
    throw new AssertionError("nobody noticed");
  }

  private static Storage flawed(Storage storage, UnaryOperator<StorageFile> flaw) {
    return new ForwardingStorage(storage) {
      @Override
      public StorageFile open(String name, Mode mode) throws IOException {
        return flaw.apply(delegate.open(name, mode));
      }
    };
  }
}

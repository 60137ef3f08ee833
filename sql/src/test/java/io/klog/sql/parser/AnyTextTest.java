package io.klog.sql.parser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Statements cut up and put together again at random: a node or a SyntaxException, and nothing
 * else.
 */
class AnyTextTest {
  private static final int STATEMENTS = 1_000;

  /** Replay with {@code -Dklog.seed=...}. */
  private static final long SEED = Long.getLong("klog.seed", System.nanoTime());

  @Test
  void nothingButAFaultIsThrown() {
    List<String> words = new ArrayList<>(List.of("'", "\"", "/*", "\u0007", "\\", "}", "\ud83d"));
    Stream.of("statements.txt", "faults.txt")
        .flatMap(file -> Corpus.read(file).stream())
        .forEach(statement -> words.addAll(List.of(statement.sql().split("(?<=\\W)|(?=\\W)"))));
    List<Corpus> statements = Corpus.read("statements.txt");
    Random random = new Random(SEED);
    for (int i = 0; i < STATEMENTS; i++) {
      String sql = statements.get(random.nextInt(statements.size())).sql();
      StringBuilder text = new StringBuilder(sql);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(8));
        text.replace(from, to, ' ' + words.get(random.nextInt(words.size())) + ' ');
      }
      check(text.toString());
    }
  }

  private static void check(String sql) {
    try {
      KlogParser.parse(sql);
    } catch (SyntaxException fault) {
      assertTrue(
          Set.of("22007", "42601", "54001").contains(fault.sqlState())
              && String.valueOf(fault.getMessage()).startsWith("line "),
          () -> "seed " + SEED + ": " + sql + " gave " + fault.getMessage());
    } catch (Throwable e) {
      throw new AssertionError("seed " + SEED + ": " + sql, e);
    }
  }
}

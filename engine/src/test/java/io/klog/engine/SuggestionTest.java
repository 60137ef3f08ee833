package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.Suggestion;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> NAMES =
      List.of("retention.ms", "retention.bytes", "Größe", "busy_timeout", "a");

  @ParameterizedTest
  @CsvSource({
    "retension.ms, retention.ms",
    "RETENTION_MS, retention.ms",
    "retnetion.ms, retention.ms",
    "retention.byte, retention.bytes",
    "grösse, Größe",
    "retention, retention.ms",
    "busyTimeout, busy_timeout",
    "retention.ms, retention.ms"
  })
  void theNearestNameMayHaveBeenMeant(String written, String meant) {
    assertEquals("; did you mean '" + meant + "'?", Suggestion.of(written, NAMES));
  }

  @ParameterizedTest
  @CsvSource({"nonsense", "b", "x", "''", "..."})
  void nothingNearIsSaidToBeMeant(String written) {
    assertEquals("", Suggestion.of(written, NAMES));
    assertEquals("", Suggestion.of(written.repeat(400), NAMES));
    assertEquals("", Suggestion.of(written, List.of()));
  }
}

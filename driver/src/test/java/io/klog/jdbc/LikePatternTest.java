package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikePatternTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "ORDERS, orders, true",
    "orders, order, false",
    "order, orders, false",
    "%, '', true",
    "'', '', true",
    "'', a, false",
    "_, '', false",
    "o%s, orders, true",
    "%r%, orders, true",
    "%%s, orders, true",
    "o_ders, orders, true",
    "o_ers, orders, false",
    "a\\_b, a_b, true",
    "a\\_b, axb, false",
    "a\\%, a%, true",
    "a\\%, ab, false",
    "a\\\\b, a\\b, true",
    "%ab%abc, ababxabc, true",
    "%ab%abc, ababxab, false",
  })
  void matchesAsJdbcWantsIt(String pattern, String name, boolean expected) {
    assertEquals(expected, new LikePattern(pattern).matches(name));
  }

  @Test
  void matchesAllWhereThereIsNoPattern() {
    assertTrue(new LikePattern(null).matches("orders"));
    assertTrue(new LikePattern(null).matches(null));
    assertFalse(new LikePattern("x").matches(null));
  }

  @Test
  void takesNoTimeOverManyPercentSigns() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertFalse(new LikePattern("%a".repeat(200) + "b").matches("a".repeat(5000))));
  }
}

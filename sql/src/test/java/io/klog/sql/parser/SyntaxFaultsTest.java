package io.klog.sql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxFaultsTest {
  static List<Corpus> faults() {
    return Corpus.read("faults.txt");
  }

  @ParameterizedTest
  @MethodSource("faults")
  void tellsWhereWhatAndWhatInstead(Corpus fault) {
    SyntaxException thrown =
        assertThrows(SyntaxException.class, () -> KlogParser.parse(fault.sql()));
    assertEquals(fault.outcome(), thrown.getMessage());
    assertEquals("42601", thrown.sqlState());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n ", "-- nothing", "/* nothing */", ";"})
  void anEmptyStatementIsASyntaxError(String sql) {
    SyntaxException thrown = assertThrows(SyntaxException.class, () -> KlogParser.parse(sql));
    assertEquals("42601", thrown.sqlState());
    assertTrue(message(thrown).endsWith("the statement is empty"), message(thrown));
  }

  @Test
  void aTabIsOneColumn() {
    SyntaxException thrown =
        assertThrows(SyntaxException.class, () -> KlogParser.parse("\t\tSELECT"));
    assertEquals(
        "line 1, column 8: found the end of the text, expected an expression", thrown.getMessage());
  }

  @Test
  void parenthesesUpToTheLimitParse() {
    KlogParser.parse("SELECT " + nested("(", WordFilter.MAX_DEPTH, "1", ")"));
  }

  @Test
  void moreParenthesesAreTooComplex() {
    int depth = WordFilter.MAX_DEPTH + 1;
    SyntaxException thrown =
        assertThrows(
            SyntaxException.class,
            () -> KlogParser.parse("SELECT " + nested("(", depth, "1", ")")));
    assertEquals("54001", thrown.sqlState());
    assertTrue(message(thrown).startsWith("line 1, column 208: "), message(thrown));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOT ", "CASE WHEN TRUE THEN ", "ARRAY[", "1 + ", "- "})
  void anExhaustedStackIsAFaultAndNotAnError(String operator) {
    SyntaxException thrown =
        assertThrows(
            SyntaxException.class,
            () -> KlogParser.parse("SELECT " + nested(operator, 20_000, "x", "") + " FROM"));
    assertEquals("54001", thrown.sqlState());
  }

  private static String message(SyntaxException fault) {
    return String.valueOf(fault.getMessage());
  }

  private static String nested(String before, int depth, String inside, String after) {
    return before.repeat(depth) + inside + after.repeat(depth);
  }
}

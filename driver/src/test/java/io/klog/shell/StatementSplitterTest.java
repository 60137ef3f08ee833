package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.shell.StatementSplitter.Piece;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementSplitterTest {
  private final StatementSplitter splitter = new StatementSplitter();

  private List<Piece> split(String text) {
    List<Piece> pieces = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      splitter.add(line);
      for (Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  private List<String> texts(String text) {
    return split(text).stream().map(Piece::text).toList();
  }

  @Test
  void statementsEndWithASemicolonWhereverTheLinesEnd() {
    assertEquals(List.of("SELECT 1", "SELECT\n 2", "x"), texts("SELECT 1; SELECT\n 2; x\n;"));
    assertFalse(splitter.isIncomplete());
  }

  @Test
  void aSemicolonInQuotesOrACommentEndsNothing() {
    assertEquals(List.of("SELECT ';', 'it''s;'"), texts("SELECT ';', 'it''s;';"));
    assertEquals(List.of("SELECT \"a;\"\"b\""), texts("SELECT \"a;\"\"b\";"));
    assertEquals(List.of("SELECT 1 -- a; b\n + 1"), texts("SELECT 1 -- a; b\n + 1;"));
    assertEquals(List.of("SELECT 1 // a; 'b\n + 1"), texts("SELECT 1 // a; 'b\n + 1;"));
    assertEquals(List.of("SELECT /* ; ' \n ; */ 1"), texts("SELECT /* ; ' \n ; */ 1;"));
    assertEquals(List.of("SELECT '-- /*'", "y"), texts("SELECT '-- /*'; y;"));
    assertEquals(List.of("SELECT 6/2-1"), texts("SELECT 6/2-1;"));
  }

  @Test
  void semicolonsAndCommentsAloneAreNothing() {
    assertEquals(List.of(), texts(";; -- nothing\n/* nothing; */ ;\n\n"));
    assertFalse(splitter.isIncomplete());
    assertEquals(null, splitter.end());
  }

  @Test
  void aCommandIsALineWhereAStatementCouldBegin() {
    List<Piece> pieces = split("  .mode csv\n\\help topics;\nSELECT 1\n.5;\n.quit");
    assertEquals(List.of("mode csv", "help topics", "SELECT 1\n.5", "quit"), texts(pieces));
    assertEquals(List.of(true, true, false, true), pieces.stream().map(Piece::command).toList());
    assertEquals(List.of("SELECT '\n.mode csv\n'"), texts("SELECT '\n.mode csv\n';"));
    assertEquals(List.of("SELECT 1"), texts("/* \n.mode csv\n*/ SELECT 1;"));
  }

  private static List<String> texts(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).toList();
  }

  @Test
  void aPieceKnowsTheLineItBeginsIn() {
    List<Piece> pieces = split("\n-- about\nSELECT\n1; SELECT 2;\n.help\n  \n SELECT 3;");
    assertEquals(List.of(3, 4, 5, 7), pieces.stream().map(Piece::line).toList());
  }

  @Test
  void whatIsLeftAtTheEndIsAStatement() {
    assertEquals(List.of("SELECT 1"), texts("SELECT 1; SELECT\n2 -- two"));
    assertTrue(splitter.isIncomplete());
    Piece rest = splitter.end();
    assertNotNull(rest);
    assertEquals("SELECT\n2 -- two", rest.text());
    assertEquals(null, rest.open());
    assertFalse(splitter.isIncomplete());
  }

  @Test
  void whatHasNoEndIsNamedWithItsLine() {
    assertEquals("the string that begins in line 2 has no end", open("SELECT 1;\n SELECT 'a;\n;"));
    assertEquals("the quoted name that begins in line 1 has no end", open("SELECT \"a;"));
    assertEquals("the comment that begins in line 1 has no end", open("/* SELECT 1;\n"));
  }

  private static String open(String text) {
    StatementSplitter splitter = new StatementSplitter();
    for (String line : text.split("\n", -1)) {
      splitter.add(line);
      while (splitter.next() != null) {
        // Only the last matters.
      }
    }
    Piece rest = splitter.end();
    return rest == null ? "nothing" : String.valueOf(rest.open());
  }

  @Test
  void thePromptIsToldWhatIsOpen() {
    split("SELECT ");
    assertEquals('.', splitter.mark());
    split("'a");
    assertEquals('\'', splitter.mark());
    split("', \"");
    assertEquals('"', splitter.mark());
    split("\" /*");
    assertEquals('*', splitter.mark());
  }
}

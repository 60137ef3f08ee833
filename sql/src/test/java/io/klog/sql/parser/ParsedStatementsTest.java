package io.klog.sql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names come back in quotes and keywords without, so the unparsed form tells them apart. */
class ParsedStatementsTest {
  static List<Corpus> statements() {
    return Corpus.read("statements.txt");
  }

  @ParameterizedTest
  @MethodSource("statements")
  void isUnderstoodAsMeant(Corpus statement) {
    assertEquals(statement.outcome(), Corpus.unparsed(KlogParser.parse(statement.sql())));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void whatIsUnparsedParsesToTheSame(Corpus statement) {
    assertEquals(statement.outcome(), Corpus.unparsed(KlogParser.parse(statement.outcome())));
  }

  @Test
  void theCorpusIsWhole() {
    assertTrue(statements().size() >= 100, "only " + statements().size() + " statements");
  }

  @Test
  void namesKeepTheirCaseAndTheirPlace() {
    SqlSelect select = (SqlSelect) KlogParser.parse("SELECT Offset,\n  \"VALUE\" FROM Orders");
    assertEquals("Offset", name(select, 0).getSimple());
    assertEquals("line 1, column 8", name(select, 0).getParserPosition().toString());
    assertEquals("VALUE", name(select, 1).getSimple());
    assertEquals("line 2, column 3", name(select, 1).getParserPosition().toString());
  }

  @Test
  void theSameWordIsAColumnAndAClauseInOneStatement() {
    SqlOrderBy ordered =
        (SqlOrderBy)
            KlogParser.parse("SELECT offset FROM t WHERE offset > 1 ORDER BY offset OFFSET 5");
    assertEquals("5", String.valueOf(ordered.offset));
    assertInstanceOf(SqlIdentifier.class, ordered.orderList.get(0));
  }

  private static SqlIdentifier name(SqlSelect select, int i) {
    return assertInstanceOf(SqlIdentifier.class, select.getSelectList().get(i));
  }
}

package io.klog.sql.parser;

import java.io.StringReader;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformance;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/**
 * The entry to the parser. Names come out as written, quoted or not; whoever looks them up does so
 * without case.
 *
 * <p>The generated parser is used directly: what Calcite's {@code SqlParser} does beside is to hold
 * a configuration. That saves a JVM's first parse little, 10 ms of 200 (JDK 17, 2 cores): the
 * operator table takes some 80, the generated classes, a megabyte, some 100. Later parses take 25
 * us.
 */
public final class KlogParser {
  /** The dialect's liberties, such as {@code !=}; the validator must take the same ones. */
  public static final SqlConformance CONFORMANCE = SqlConformanceEnum.LENIENT;

  /** A topic's may be that long, as in Kafka. */
  private static final int MAX_NAME_LENGTH = 249;

  private KlogParser() {}

  /**
   * Parses one statement, with or without a semicolon behind it.
   *
   * @throws SyntaxException 42601, with line and column; 54001 when it is nested too deeply
   */
  public static SqlNode parse(String sql) {
    SimpleCharStream text =
        new SimpleCharStream(new StringReader(sql), 1, 1, Math.max(sql.length(), 1));
    text.setTabSize(1);
    KlogSqlParserImpl parser = new KlogSqlParserImpl(new WordFilter(text));
    parser.setUnquotedCasing(Casing.UNCHANGED);
    parser.setQuotedCasing(Casing.UNCHANGED);
    parser.setIdentifierMaxLength(MAX_NAME_LENGTH);
    parser.setConformance(CONFORMANCE);
    try {
      return parser.KlogStatementEof();
    } catch (ParseException e) {
      throw SyntaxFaults.of(e);
    } catch (TokenMgrError e) {
      throw SyntaxFaults.of(e);
    } catch (CalciteContextException e) {
      throw SyntaxFaults.of(e);
    } catch (StackOverflowError e) {
      // Thousands of operators within each other; WordFilter has refused what parentheses can do.
      throw new SyntaxException(SyntaxFaults.TOO_COMPLEX, "statement too complex", e);
    } catch (SyntaxException e) {
      throw e;
    } catch (RuntimeException e) {
      // Calcite's checks of literals do not always say where they stood.
      Token last = parser.token;
      throw SyntaxFaults.at(
          new SqlParserPos(last.beginLine, last.beginColumn), String.valueOf(e.getMessage()), e);
    }
  }
}

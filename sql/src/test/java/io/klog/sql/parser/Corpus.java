package io.klog.sql.parser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.dialect.AnsiSqlDialect;

/**
 * Statements with what comes of them, from a file: a line of SQL, then a line that begins with
 * {@code =>}. A {@code #} begins a line that is only for the reader; {@code \n} stands for a line's
 * end within the SQL.
 */
record Corpus(String sql, String outcome) {
  private static final AnsiSqlDialect DIALECT =
      new AnsiSqlDialect(AnsiSqlDialect.DEFAULT_CONTEXT.withIdentifierQuoteString("\""));

  static List<Corpus> read(String file) {
    List<Corpus> corpus = new ArrayList<>();
    String sql = "";
    for (String line : text(file).lines().toList()) {
      if (line.startsWith("=> ")) {
        corpus.add(new Corpus(sql.replace("\\n", "\n"), line.substring(3)));
      } else if (!line.startsWith("#")) {
        sql = line;
      }
    }
    return corpus;
  }

  private static String text(String file) {
    try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the parser made of the SQL, written as SQL again, on one line, every name quoted. */
  static String unparsed(SqlNode node) {
    return node.toSqlString(DIALECT).getSql().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Names the case in a test report. */
  @Override
  public String toString() {
    return sql;
  }
}

package io.klog.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement's text with its whole numbers and character literals cut out: what texts that differ
 * only in these have in common. Found without the parser, in a walk over the characters. Where that
 * takes something for a literal that is none, or misses one, fewer plans are shared, and no wrong
 * ones: see {@link LiteralSharing}.
 */
final class SqlTemplate {
  // What stands in the template where a literal was; no character of SQL.
  private static final char NUMBER = '\u0001';
  private static final char TEXT = '\u0002';

  // A number of more digits may not fit into a long.
  private static final int MAX_DIGITS = 18;

  /** Where a literal lies in the text: with its quotes, if it has any. */
  private record Literal(int start, int end) {}

  private final String sql;
  private final StringBuilder rest = new StringBuilder();
  private final List<Literal> literals = new ArrayList<>(4);

  private SqlTemplate(String sql) {
    this.sql = sql;
    int at = 0;
    while (at < sql.length()) {
      int next = next(at);
      if (literals.isEmpty() || literals.get(literals.size() - 1).start != at) {
        rest.append(sql, at, next);
      }
      at = next;
    }
  }

  static SqlTemplate of(String sql) {
    return new SqlTemplate(sql);
  }

  /** The end of what begins here: a literal, a comment, a quoted name, or one character. */
  private int next(int at) {
    char c = sql.charAt(at);
    if (c == '\'') {
      int end = closing('\'', at);
      return isPrefixed(at) ? end : cut(at, end, TEXT);
    }
    if (c >= '0' && c <= '9') {
      int end = at + 1;
      while (end < sql.length() && isOfNumber(sql.charAt(end))) {
        end++;
      }
      return isPrefixed(at) || !isWhole(at, end) ? end : cut(at, end, NUMBER);
    }
    if (c == '"') {
      return closing('"', at);
    }
    if (sql.startsWith("--", at) || sql.startsWith("//", at)) {
      int end = sql.indexOf('\n', at);
      return end < 0 ? sql.length() : end;
    }
    if (sql.startsWith("/*", at)) {
      int end = sql.indexOf("*/", at + 2);
      return end < 0 ? sql.length() : end + 2;
    }
    return at + 1;
  }

  private int cut(int start, int end, char mark) {
    literals.add(new Literal(start, end));
    rest.append(mark);
    return end;
  }

  /** Behind the closing quote; one that is doubled closes nothing. */
  private int closing(char quote, int at) {
    int end = at + 1;
    while (end < sql.length()) {
      if (sql.charAt(end) == quote) {
        if (end + 1 == sql.length() || sql.charAt(end + 1) != quote) {
          return end + 1;
        }
        end++;
      }
      end++;
    }
    return end;
  }

  /** Whether it belongs to what stands before it: a name, X'..', U&'..', the digits of 1.5. */
  private boolean isPrefixed(int at) {
    char before = at == 0 ? ' ' : sql.charAt(at - 1);
    return before == '&' || before == '\'' || before == '"' || isOfNumber(before);
  }

  private static boolean isOfNumber(char c) {
    return c == '.' || Character.isJavaIdentifierPart(c);
  }

  private boolean isWhole(int start, int end) {
    for (int i = start; i < end; i++) {
      if (sql.charAt(i) < '0' || sql.charAt(i) > '9') {
        return false;
      }
    }
    return end - start <= MAX_DIGITS;
  }

  String sql() {
    return sql;
  }

  /** The text without its literals. */
  String rest() {
    return rest.toString();
  }

  int literalCount() {
    return literals.size();
  }

  /** The literal that lies just there, or -1. */
  int literalAt(int start, int end) {
    for (int i = 0; i < literals.size(); i++) {
      Literal literal = literals.get(i);
      if (literal.start == start) {
        return literal.end == end ? i : -1;
      }
    }
    return -1;
  }

  /** As it is written. */
  String literal(int i) {
    return sql.substring(literals.get(i).start, literals.get(i).end);
  }

  boolean isText(int i) {
    return sql.charAt(literals.get(i).start) == '\'';
  }

  /** A number as {@code Long}, else a {@code String}. */
  @Nullable Object value(int i) {
    String written = literal(i);
    return isText(i)
        ? written.substring(1, written.length() - 1).replace("''", "'")
        : (Object) Long.valueOf(written);
  }
}

package io.klog.jdbc;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;

/**
 * JDBC's escapes, made into klog's SQL. Those for dates, times and functions are part of that; of
 * the others nothing but the braces and the word "oj" has to go. Blanks stand in their place, so
 * that what is said about the statement says where in the text that the caller wrote.
 */
final class JdbcEscapes {
  /** Functions of JDBC that SQL has a syntax of its own for. */
  private static final Set<String> PLAIN_FUNCTIONS =
      Set.of(
          "CHAR_LENGTH",
          "CHARACTER_LENGTH",
          "CURRENT_DATE",
          "CURRENT_TIME",
          "CURRENT_TIMESTAMP",
          "EXTRACT",
          "OCTET_LENGTH",
          "POSITION");

  /** What a brace that is open began. */
  private enum Kind {
    /** Something that klog's SQL knows, or nobody does. */
    KEPT,
    BLANKED,
    CALL,
    CALL_WITH_ARGUMENTS
  }

  private record Brace(int at, Kind kind) {}

  private final String sql;
  private final StringBuilder result;
  private final Deque<Brace> open = new ArrayDeque<>();
  private int at;

  private JdbcEscapes(String sql) {
    this.sql = sql;
    this.result = new StringBuilder(sql.length());
  }

  static String translate(String sql) throws SQLException {
    return sql.indexOf('{') < 0 ? sql : new JdbcEscapes(sql).translated();
  }

  private String translated() throws SQLException {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      switch (c) {
        case '"' -> keep(behind("\"", at + 1));
        case '\'' -> keep(takesBackslashes() ? behindBackslashes() : behind("'", at + 1));
        case '{' -> open();
        case '}' -> close();
        case '(' -> {
          if (!open.isEmpty() && open.peek().kind == Kind.CALL) {
            open.push(new Brace(open.pop().at, Kind.CALL_WITH_ARGUMENTS));
          }
          keep(at + 1);
        }
        default -> keep(behindComment());
      }
    }
    for (Brace brace : open) {
      if (brace.kind != Kind.KEPT) {
        throw SqlExceptions.of(
            SqlExceptions.SYNTAX,
            "the escape that begins at \"" + begins(brace.at) + "\" has no }");
      }
    }
    return result.toString();
  }

  private String begins(int from) {
    return sql.substring(from, Math.min(sql.length(), from + 20));
  }

  private void keep(int end) {
    result.append(sql, at, end);
    at = end;
  }

  private void blank(int end) {
    for (; at < end; at++) {
      result.append(Character.isWhitespace(sql.charAt(at)) ? sql.charAt(at) : ' ');
    }
  }

  /** The end of a comment that begins here, or of the one character. */
  private int behindComment() {
    if (sql.startsWith("--", at) || sql.startsWith("//", at)) {
      return Math.min(behind("\n", at + 2), behind("\r", at + 2));
    }
    return sql.startsWith("/*", at) ? behind("*/", at + 2) : at + 1;
  }

  /** A quote that is doubled ends one literal and begins the next. */
  private int behind(String end, int from) {
    int found = sql.indexOf(end, from);
    return found < 0 ? sql.length() : found + end.length();
  }

  /** Whether the quote here begins a literal as in {@code E'it\'s'}. */
  private boolean takesBackslashes() {
    return at > 0
        && Character.toUpperCase(sql.charAt(at - 1)) == 'E'
        && (at == 1 || !Character.isJavaIdentifierPart(sql.charAt(at - 2)));
  }

  private int behindBackslashes() {
    int to = at + 1;
    while (to < sql.length()) {
      if (sql.startsWith("''", to) || sql.charAt(to) == '\\') {
        to += 2;
      } else if (sql.charAt(to++) == '\'') {
        return to;
      }
    }
    return sql.length();
  }

  private void open() throws SQLException {
    int wordAt = skipBlanks(at + 1);
    int wordEnd = wordEnd(wordAt);
    switch (sql.substring(wordAt, wordEnd).toUpperCase(Locale.ROOT)) {
      case "OJ" -> blankFrom(Kind.BLANKED, wordEnd);
      case "ESCAPE", "LIMIT" -> blankFrom(Kind.BLANKED, at + 1);
      case "CALL" -> blankFrom(Kind.CALL, at + 1);
      case "FN" -> {
        int nameAt = skipBlanks(wordEnd);
        String name = sql.substring(nameAt, wordEnd(nameAt)).toUpperCase(Locale.ROOT);
        if (PLAIN_FUNCTIONS.contains(name)) {
          blankFrom(Kind.BLANKED, wordEnd);
          plainFunction(name, nameAt);
        } else {
          openKept();
          keep(nameAt);
          functionName(name);
        }
      }
      default -> {
        if (wordAt < sql.length() && sql.charAt(wordAt) == '?') {
          throw SqlExceptions.of(
              SqlExceptions.UNKNOWN_FUNCTION,
              "there is nothing to call that gives a value: procedures give rows, as in"
                  + " {call klog.check()}");
        }
        openKept();
      }
    }
  }

  private void blankFrom(Kind kind, int end) {
    open.push(new Brace(at, kind));
    blank(end);
  }

  private void openKept() {
    open.push(new Brace(at, Kind.KEPT));
    keep(at + 1);
  }

  /** JDBC's functions are found whatever their case; behind the escape they have upper case. */
  private void functionName(String name) {
    int end = wordEnd(at);
    if (name.length() == end - at) { // else it is none of theirs, and places must not move
      result.append(name);
      at = end;
    }
  }

  /** CURRENT_DATE and its like stand without parentheses in SQL. */
  private void plainFunction(String name, int nameAt) {
    keep(nameAt + name.length());
    int paren = skipBlanks(at);
    if (name.startsWith("CURRENT") && paren < sql.length() && sql.charAt(paren) == '(') {
      int closing = skipBlanks(paren + 1);
      if (closing < sql.length() && sql.charAt(closing) == ')') {
        blank(closing + 1);
      }
    }
  }

  private void close() {
    switch (open.isEmpty() ? Kind.KEPT : open.pop().kind) {
      case KEPT -> keep(at + 1);
      case CALL -> {
        result.append("()");
        at++;
      }
      default -> blank(at + 1);
    }
  }

  private int skipBlanks(int from) {
    int to = from;
    while (to < sql.length() && Character.isWhitespace(sql.charAt(to))) {
      to++;
    }
    return to;
  }

  private int wordEnd(int from) {
    int to = from;
    while (to < sql.length() && Character.isJavaIdentifierPart(sql.charAt(to))) {
      to++;
    }
    return to;
  }
}

package io.klog.sql.parser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a statement's text, said to a person: where, what was found, what was
 * expected. The generated parser itself lists every token it would have taken, hundreds where an
 * expression may begin.
 */
final class SyntaxFaults implements KlogSqlParserImplConstants {
  static final String SYNTAX = "42601";
  static final String TOO_COMPLEX = "54001";

  /** What a literal says is no date or time, as in {@code {d '2026-13-01'}}. */
  private static final String INVALID_TIME = "22007";

  private static final Pattern ILLEGAL_TIME =
      Pattern.compile("^Illegal (TIMESTAMP|DATE|TIME) literal ");

  private static final int MAX_EXPECTED = 5;
  private static final int MAX_FOUND = 40;

  /** Of a long list of what may come, these tell a person where he is; the first ones are said. */
  private static final List<Integer> LANDMARKS =
      List.of(
          BY,
          INTO,
          FROM,
          WHERE,
          AS,
          ON,
          THEN,
          END,
          RPAREN,
          RBRACKET,
          COMMA,
          LPAREN,
          UNSIGNED_INTEGER_LITERAL,
          QUOTED_STRING,
          HOOK,
          SEMICOLON,
          EOF);

  private static final Pattern LEXICAL_ERROR =
      Pattern.compile(
          "Lexical error at line (\\d+), column (\\d+)\\.\\s+Encountered: (.*?),? after : .*",
          Pattern.DOTALL);

  /** What Calcite says of a text that begins with a name, or is an expression. */
  private static final String NO_STATEMENT = "Non-query expression encountered in illegal context";

  private SyntaxFaults() {}

  static SyntaxException at(SqlParserPos pos, String what) {
    return at(pos, what, null);
  }

  static SyntaxException at(SqlParserPos pos, String what, @Nullable Throwable cause) {
    return new SyntaxException(SYNTAX, place(pos.getLineNum(), pos.getColumnNum()) + what, cause);
  }

  static String place(int line, int column) {
    return "line " + line + ", column " + column + ": ";
  }

  /** A check that the grammar makes on the way, such as a query where an expression must be. */
  static SyntaxException of(CalciteContextException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String what = String.valueOf(cause.getMessage());
    boolean noStatement = what.equals(NO_STATEMENT);
    return new SyntaxException(
        ILLEGAL_TIME.matcher(what).find() ? INVALID_TIME : SYNTAX,
        place(e.getPosLine(), e.getPosColumn())
            + (noStatement ? "found an expression, expected a statement or a query" : what),
        e);
  }

  /** Characters that make no token. */
  static SyntaxException of(TokenMgrError e) {
    String message = String.valueOf(e.getMessage());
    Matcher matcher = LEXICAL_ERROR.matcher(message);
    if (!matcher.matches()) {
      return new SyntaxException(SYNTAX, message, e);
    }
    String found = matcher.group(3);
    return new SyntaxException(
        SYNTAX,
        place(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
            + (found.startsWith("<EOF>")
                ? "found the end of the text in a comment that is not closed"
                : "found the character " + found + ", which begins nothing"),
        e);
  }

  /**
   * A token that the grammar does not take. The exception is not kept as the cause: its message is
   * the list of hundreds.
   */
  static SyntaxException of(ParseException e) {
    Token before = e.currentToken;
    Token found = before.next;
    List<int[]> sequences = Arrays.asList(e.expectedTokenSequences);
    // A sequence says what was expected of several tokens: go on to the first that is not as it
    // says.
    int index = 0;
    while (found.next != null) {
      List<int[]> agreeing = agreeing(sequences, index, found.kind);
      if (agreeing.isEmpty()) {
        break;
      }
      sequences = agreeing;
      index++;
      before = found;
      found = found.next;
    }
    NavigableSet<Integer> expected = new TreeSet<>();
    for (int[] sequence : sequences) {
      if (sequence.length > index) {
        expected.add(sequence[index]);
      }
    }
    return new SyntaxException(
        SYNTAX, place(found.beginLine, found.beginColumn) + describe(before, found, expected));
  }

  private static List<int[]> agreeing(List<int[]> sequences, int index, int kind) {
    List<int[]> agreeing = new ArrayList<>();
    for (int[] sequence : sequences) {
      if (sequence.length > index + 1 && sequence[index] == kind) {
        agreeing.add(sequence);
      }
    }
    return agreeing;
  }

  private static String describe(Token before, Token found, NavigableSet<Integer> expected) {
    boolean first = before.beginLine == 0;
    if (found.kind == QUOTE) {
      return "found a string that is not closed";
    }
    if (found.kind == DOUBLE_QUOTE) {
      return "found a quoted name that is empty or not closed";
    }
    if (found.kind == FOR_GROUP) {
      return "FOR CONSUMER GROUP stands once, at the end of a query";
    }
    if (first && (found.kind == EOF || found.kind == SEMICOLON)) {
      return "the statement is empty";
    }
    String what = "found " + shown(found);
    if (before.kind == SEMICOLON) {
      return what + " after the semicolon: one statement at a time";
    }
    if (first) {
      return what + ", expected a statement";
    }
    String wanted = wanted(expected);
    return (wanted.isEmpty() ? what : what + ", expected " + wanted)
        + (expected.contains(IDENTIFIER) && isReservedWord(found)
            ? "; " + found.image + " is a reserved word: as a name write \"" + found.image + '"'
            : "");
  }

  private static String shown(Token token) {
    if (token.kind == EOF) {
      return "the end of the text";
    }
    String image = token.image;
    if (tokenImage[token.kind].startsWith("\"") && !isWord(image)) {
      return '"' + image + '"';
    }
    return image.length() <= MAX_FOUND ? image : image.substring(0, MAX_FOUND) + "...";
  }

  private static String wanted(NavigableSet<Integer> expected) {
    if (expected.contains(IDENTIFIER)) {
      if (expected.contains(CASE)) {
        return "an expression";
      }
      if (!expected.contains(EOF) && !expected.contains(COMMA) && !expected.contains(RPAREN)) {
        return expected.contains(VARCHAR) ? "a type" : "a name";
      }
    }
    List<String> said =
        expected.stream().map(SyntaxFaults::name).filter(name -> !name.isEmpty()).toList();
    if (said.size() > MAX_EXPECTED) {
      said =
          LANDMARKS.stream()
              .filter(expected::contains)
              .limit(MAX_EXPECTED)
              .map(SyntaxFaults::name)
              .toList();
    }
    return String.join(" or ", said);
  }

  /** A kind of token, as a person calls it; empty for what only other dialects write. */
  private static String name(int kind) {
    return switch (kind) {
      case EOF -> "the end";
      case QUOTED_STRING -> "a string";
      case UNSIGNED_INTEGER_LITERAL -> "a number";
      case IDENTIFIER -> "a name";
      // FOR SYSTEM_TIME is in Calcite's grammar; klog has no tables with a history.
      case SYSTEM_TIME -> "CONSUMER GROUP";
      // DECIMAL '1.5' is a number as well.
      case DECIMAL -> "";
      default -> {
        String image = tokenImage[kind];
        yield image.startsWith("<") ? "" : isWord(image.substring(1)) ? unquoted(image) : image;
      }
    };
  }

  private static String unquoted(String image) {
    return image.substring(1, image.length() - 1);
  }

  private static boolean isWord(String image) {
    return !image.isEmpty() && Character.isLetter(image.charAt(0));
  }

  /** A word that is no clause's beginning: whoever wrote it meant a name. */
  private static boolean isReservedWord(Token token) {
    return isWord(token.image) && token.kind != IDENTIFIER && !LANDMARKS.contains(token.kind);
  }
}

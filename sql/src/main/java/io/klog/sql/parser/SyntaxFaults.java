package io.klog.sql.parser;

import io.klog.sql.SqlFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  private static final int MAX_EXPECTED = 5;
  private static final int MAX_FOUND = 40;

  /** Of a long list of what may come, these tell a person where he is; the first ones are said. */
  private static final List<Integer> LANDMARKS =
      List.of(
          BY, INTO, FROM, WHERE, AS, ON, THEN, END, RPAREN, RBRACKET, COMMA, LPAREN, EQ, SEMICOLON,
          EOF);

  private static final Pattern LEXICAL_ERROR =
      Pattern.compile(
          "Lexical error at line (\\d+), column (\\d+)\\.\\s+Encountered: (.*), after : .*",
          Pattern.DOTALL);

  private SyntaxFaults() {}

  static SqlFault at(SqlParserPos pos, String what) {
    return at(pos, what, null);
  }

  static SqlFault at(SqlParserPos pos, String what, @Nullable Throwable cause) {
    return new SqlFault(SYNTAX, place(pos.getLineNum(), pos.getColumnNum()) + what, cause);
  }

  static String place(int line, int column) {
    return "line " + line + ", column " + column + ": ";
  }

  /** A check that the grammar makes on the way, such as a query where an expression must be. */
  static SqlFault of(CalciteContextException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return at(
        new SqlParserPos(e.getPosLine(), e.getPosColumn()), String.valueOf(cause.getMessage()), e);
  }

  /** Characters that make no token. */
  static SqlFault of(TokenMgrError e) {
    String message = String.valueOf(e.getMessage());
    Matcher matcher = LEXICAL_ERROR.matcher(message);
    if (!matcher.matches()) {
      return new SqlFault(SYNTAX, message, e);
    }
    String found = matcher.group(3);
    return new SqlFault(
        SYNTAX,
        place(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
            + (found.startsWith("<EOF>")
                ? "found the end of the text in a comment that is not closed"
                : "found the character " + found + ", which begins nothing"),
        e);
  }

  /** A token that the grammar does not take. */
  static SqlFault of(ParseException e) {
    if (e.currentToken == null) {
      return new SqlFault(SYNTAX, String.valueOf(e.getMessage()), e);
    }
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
    return new SqlFault(
        SYNTAX, place(found.beginLine, found.beginColumn) + describe(before, found, expected), e);
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
    String what = found.kind == EOF ? "found the end of the text" : "found " + shortened(found);
    if (before.kind == SEMICOLON) {
      return what + " after the semicolon: one statement at a time";
    }
    String wanted = first ? "a statement" : wanted(expected);
    return (wanted.isEmpty() ? what : what + ", expected " + wanted)
        + (isNameWanted(expected) && isReservedWord(found)
            ? "; as a name it needs double quotes"
            : "");
  }

  private static String shortened(Token token) {
    String image = token.image;
    return image.length() <= MAX_FOUND ? image : image.substring(0, MAX_FOUND) + "...";
  }

  private static String wanted(NavigableSet<Integer> expected) {
    if (expected.contains(IDENTIFIER)) {
      return expected.contains(UNSIGNED_INTEGER_LITERAL) && expected.contains(CASE)
          ? "an expression"
          : "a name";
    }
    List<Integer> said = new ArrayList<>(expected);
    if (said.size() > MAX_EXPECTED) {
      said = LANDMARKS.stream().filter(expected::contains).limit(MAX_EXPECTED).toList();
    }
    return said.stream().map(SyntaxFaults::name).collect(Collectors.joining(" or "));
  }

  private static String name(int kind) {
    return switch (kind) {
      case EOF -> "the end";
      case QUOTED_STRING -> "a string";
      case UNSIGNED_INTEGER_LITERAL -> "a number";
      // Keywords and signs; their images are quoted.
      default -> tokenImage[kind].replace("\"", "");
    };
  }

  private static boolean isNameWanted(NavigableSet<Integer> expected) {
    return expected.contains(IDENTIFIER);
  }

  /** A word that is no clause's beginning: whoever wrote it meant a name. */
  private static boolean isReservedWord(Token token) {
    return Character.isLetter(token.image.isEmpty() ? ' ' : token.image.charAt(0))
        && token.kind != IDENTIFIER
        && !LANDMARKS.contains(token.kind);
  }
}

package io.klog.sql.parser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * The lexer, as the grammar sees it: decides by a word's neighbours whether OFFSET, PARTITION,
 * TIMESTAMP and VALUE, which are columns of every topic and reserved words of SQL, are the one or
 * the other. The grammar cannot: it looks one token ahead, and where both are possible takes the
 * name ({@code FROM t OFFSET 5} would call the table "offset").
 *
 * <p>A token keeps its text and its place; only its kind changes, so errors tell what was written.
 */
final class WordFilter extends KlogSqlParserImplTokenManager {
  /** Parentheses within each other. A thread's usual megabyte of stack holds twice as many. */
  static final int MAX_DEPTH = 200;

  /** An operand comes after these, so VALUE after one of them is a column. */
  private static final BitSet BEFORE_OPERAND =
      setOf(
          LPAREN,
          LBRACKET,
          COMMA,
          COLON,
          EQ,
          NE,
          NE2,
          GT,
          GE,
          LT,
          LE,
          PLUS,
          MINUS,
          STAR,
          SLASH,
          PERCENT_REMAINDER,
          CONCAT,
          AND,
          OR,
          NOT,
          LIKE,
          BETWEEN,
          CASE,
          WHEN,
          THEN,
          ELSE,
          VALUE);

  /** No operand begins with these, so VALUE before one of them is one itself. */
  private static final BitSet AFTER_OPERAND =
      setOf(RPAREN, LBRACKET, COMMA, DOT, PLUS, STAR, SLASH, CONCAT);

  /** Read, and not yet judged. */
  private final List<Token> ahead = new ArrayList<>(3);

  /** For each parenthesis that is open: is it the one of a JSON object's members? */
  private final Deque<Boolean> open = new ArrayDeque<>();

  /** Whether what comes is the name of a setting: from SET, RESET or SHOW up to the equals sign. */
  private boolean inSettingName;

  /** The kinds of the last token handed out, and of the one before it. */
  private int last = EOF;

  private int beforeLast = EOF;

  WordFilter(SimpleCharStream text) {
    super(text, DQID);
  }

  @Override
  public Token getNextToken() {
    Token token = ahead.isEmpty() ? super.getNextToken() : ahead.remove(0);
    token.kind = isAlias(token) || isSettingWord(token) ? IDENTIFIER : kindHere(token.kind);
    if (token.kind == LPAREN) {
      open.push(last == JSON_OBJECT || last == JSON_OBJECTAGG);
      if (open.size() > MAX_DEPTH) {
        throw new SyntaxException(
            SyntaxFaults.TOO_COMPLEX,
            SyntaxFaults.place(token.beginLine, token.beginColumn)
                + "statement too complex: more than "
                + MAX_DEPTH
                + " parentheses within each other");
      }
    } else if (token.kind == RPAREN) {
      open.poll();
    }
    if (last == EOF) {
      inSettingName = token.kind == SET || token.kind == RESET || token.kind == SHOW;
    } else if (token.kind == EQ) {
      inSettingName = false;
    }
    beforeLast = last;
    last = token.kind;
    return token;
  }

  /** OFFSET, RESET, MAX and INTERVAL are words of settings' names, which have dots. */
  private boolean isSettingWord(Token token) {
    return inSettingName && isWord(token.image) && (last == DOT || peek(1) == DOT);
  }

  /**
   * AS hour, AS count FROM: whatever the word is elsewhere, here it names a column. Before other
   * tokens the grammar decides, for there it may be the type of a CAST.
   */
  private boolean isAlias(Token token) {
    if (last != AS || token.kind == IDENTIFIER || !isWord(token.image)) {
      return false;
    }
    return switch (token.kind) {
      case TRUE, FALSE, UNKNOWN, NULL -> false;
      default ->
          switch (peek(1)) {
            case COMMA, FROM, SEMICOLON, EOF -> true;
            default -> false;
          };
    };
  }

  private static boolean isWord(String image) {
    return !image.isEmpty()
        && image.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c))
        && Character.isLetter(image.charAt(0));
  }

  private int kindHere(int kind) {
    return switch (kind) {
      case OFFSET -> isOffsetClause() ? OFFSET : IDENTIFIER;
      // OVER (PARTITION BY ...), MATCH_RECOGNIZE (PARTITION BY ...). A column is never before BY.
      case PARTITION -> peek(1) == BY ? PARTITION : IDENTIFIER;
      case TIMESTAMP -> isTimestampLiteral() ? TIMESTAMP : TIMESTAMP_WORD;
      case VALUE -> isValueKeyword() ? VALUE : IDENTIFIER;
      case KEY -> isMemberName() ? IDENTIFIER : KEY;
      case EXPLAIN -> peek(1) == PLAN ? EXPLAIN : EXPLAIN_ALONE;
      case FOR -> peek(1) == CONSUMER && peek(2) == GROUP ? FOR_GROUP : FOR;
      default -> kind;
    };
  }

  /**
   * OFFSET 5, OFFSET ?, and the subscript [OFFSET(1)]: no column has a number right after it. After
   * LIMIT 10 it is the clause, whatever follows, so that the error is about that.
   */
  private boolean isOffsetClause() {
    if (beforeLast == LIMIT) {
      return true;
    }
    return switch (peek(1)) {
      case UNSIGNED_INTEGER_LITERAL, DECIMAL_NUMERIC_LITERAL, APPROX_NUMERIC_LITERAL, HOOK -> true;
      case LPAREN -> last == LBRACKET;
      default -> false;
    };
  }

  /**
   * TIMESTAMP '...' and TIMESTAMP WITH [LOCAL] TIME ZONE '...'. All else is left to the grammar,
   * which knows where it wants a type.
   */
  private boolean isTimestampLiteral() {
    return peek(1) == QUOTED_STRING || (peek(1) == WITH && (peek(2) == TIME || peek(2) == LOCAL));
  }

  /**
   * NEXT VALUE FOR, CURRENT VALUE FOR; IS [NOT] JSON VALUE; and, between the parentheses of
   * JSON_OBJECT and JSON_OBJECTAGG, what parts a member's name from its value.
   */
  private boolean isValueKeyword() {
    if (last == NEXT || last == CURRENT) {
      return peek(1) == FOR;
    }
    if (last == JSON && (beforeLast == IS || beforeLast == NOT)) {
      return true;
    }
    if (!isInJsonObject()) {
      return false;
    }
    if (last == KEY && BEFORE_OPERAND.get(beforeLast)) {
      return false; // the name of the member that KEY begins
    }
    return !BEFORE_OPERAND.get(last);
  }

  /**
   * The column key as a member's name: {@code JSON_OBJECT(key VALUE 1)} and {@code (key VALUE
   * value)}, but not {@code (KEY value VALUE 1)}. The grammar would take KEY for the keyword in all
   * three.
   */
  private boolean isMemberName() {
    return isInJsonObject()
        && BEFORE_OPERAND.get(last)
        && peek(1) == VALUE
        && (peek(2) != VALUE || AFTER_OPERAND.get(peek(3)));
  }

  private boolean isInJsonObject() {
    return Boolean.TRUE.equals(open.peek());
  }

  /** The kind, as the lexer has it, of the n-th token from here; past the end, EOF. */
  private int peek(int n) {
    while (ahead.size() < n) {
      if (!ahead.isEmpty() && ahead.get(ahead.size() - 1).kind == EOF) {
        return EOF;
      }
      ahead.add(super.getNextToken());
    }
    return ahead.get(n - 1).kind;
  }

  private static BitSet setOf(int... kinds) {
    BitSet set = new BitSet();
    for (int kind : kinds) {
      set.set(kind);
    }
    return set;
  }
}

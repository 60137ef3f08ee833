package io.klog.shell;

import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/** Tells JLine whether Enter ends what was typed, and which word TAB is to complete. */
final class StatementParser implements Parser {
  @Override
  public ParsedLine parse(String text, int cursor, ParseContext context) {
    if (context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT) {
      StatementSplitter splitter = new StatementSplitter();
      for (String line : text.split("\n", -1)) {
        splitter.add(line);
        while (splitter.next() != null) {
          // Only what is left behind the last one matters.
        }
      }
      if (splitter.isIncomplete()) {
        throw new EOFError(-1, -1, "the statement is not at its end", mark(splitter));
      }
    }
    return new Word(text, cursor, wordStart(text, cursor));
  }

  private static String mark(StatementSplitter splitter) {
    return ".." + splitter.mark();
  }

  /** Where the word before the cursor begins: a name, also a quoted one, or an argument. */
  static int wordStart(String text, int cursor) {
    boolean command = isCommand(text);
    int start = cursor;
    while (start > 0 && isPart(text.charAt(start - 1), command)) {
      start--;
    }
    boolean quoted = !command && start > 0 && text.charAt(start - 1) == '"';
    return quoted ? start - 1 : start;
  }

  static boolean isCommand(String text) {
    String line = text.stripLeading();
    return line.startsWith(".") || line.startsWith("\\");
  }

  private static boolean isPart(char c, boolean command) {
    return command ? !Character.isWhitespace(c) : Character.isJavaIdentifierPart(c);
  }

  /**
   * The word that is completed stands alone: what is around it, the completer reads in the line.
   */
  private record Word(String line, int cursor, int start) implements CompletingParsedLine {
    @Override
    public String word() {
      return line.substring(start, cursor);
    }

    @Override
    public int wordCursor() {
      return cursor - start;
    }

    @Override
    public int wordIndex() {
      return 0;
    }

    @Override
    public List<String> words() {
      return List.of(word());
    }

    @Override
    public CharSequence escape(CharSequence candidate, boolean complete) {
      return candidate;
    }

    @Override
    public int rawWordCursor() {
      return wordCursor();
    }

    @Override
    public int rawWordLength() {
      return wordCursor();
    }
  }
}

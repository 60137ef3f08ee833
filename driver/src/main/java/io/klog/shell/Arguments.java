package io.klog.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands behind a dot-command's name: words with blanks between them. A word that holds blanks
 * stands in double or single quotes; a quote doubled inside is that quote. A backslash is itself,
 * as the paths of Windows want it.
 */
final class Arguments {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private final List<Integer> starts = new ArrayList<>();

  Arguments(String text) throws CommandException {
    this.text = text;
    int at = 0;
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        return;
      }
      starts.add(at);
      at = word(at);
    }
  }

  /** Adds the word that begins here; where it ends. */
  private int word(int start) throws CommandException {
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int at = start;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote != 0) {
        if (c != quote) {
          word.append(c);
        } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
          word.append(c);
          at++;
        } else {
          quote = 0;
        }
      } else if (Character.isWhitespace(c)) {
        break;
      } else if ((c == '"' || c == '\'') && at == start) {
        quote = c;
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new CommandException("the quote " + quote + " is not closed: " + text.substring(start));
    }
    words.add(word.toString());
    return at;
  }

  /** Says how the command is written unless there are so many words. */
  void require(DotCommand command, int least, int most) throws CommandException {
    if (size() < least || size() > most) {
      throw new CommandException("expected " + command.usage());
    }
  }

  int size() {
    return words.size();
  }

  String get(int index) {
    return words.get(index);
  }

  List<String> words() {
    return List.copyOf(words);
  }

  /** The text from a word on, as it was written, quotes and all; empty behind the last. */
  String from(int index) {
    return index < starts.size() ? text.substring(starts.get(index)).strip() : "";
  }
}

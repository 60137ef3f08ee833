package io.klog.shell;

import org.jspecify.annotations.Nullable;

/**
 * Splits lines into SQL statements, which end with a semicolon, and dot-commands, which are a line
 * of their own where a statement could begin. Knows no more of SQL than where quotes and comments
 * end.
 */
final class StatementSplitter {
  private enum Place {
    SQL,
    STRING,
    NAME,
    COMMENT
  }

  /**
   * What can be run.
   *
   * @param text without the semicolon; of a command, without the dot
   * @param line that it begins in, counted from 1
   * @param open what keeps it from being run: a quote or a comment without an end
   */
  record Piece(String text, int line, boolean command, @Nullable String open) {}

  private Place place = Place.SQL;
  private int openedAt;

  // The statement that is not at its end yet, and whether there is more to it than comments.
  private final StringBuilder statement = new StringBuilder();
  private boolean begun;
  private int beginLine;

  // The line that is being split.
  private String line = "";
  private int at;
  private int lines;

  /** The next line, without its end, once {@link #next} has given all of the one before. */
  void add(String next) {
    if (begun || place != Place.SQL) {
      statement.append('\n');
    } else {
      statement.setLength(0); // comments between statements belong to none
    }
    line = next;
    at = 0;
    lines++;
  }

  /** What is complete, or null if that takes another line. */
  @Nullable Piece next() {
    if (at == 0 && !begun && place == Place.SQL) {
      String command = line.strip();
      if (command.startsWith(".") || command.startsWith("\\")) {
        at = line.length();
        String text = command.substring(1).strip();
        return new Piece(
            text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text,
            lines,
            true,
            null);
      }
    }
    while (at < line.length()) {
      if (place == Place.SQL && line.charAt(at) == ';') {
        at++;
        Piece piece = end();
        if (piece != null) {
          return piece;
        }
      } else {
        step();
      }
    }
    return null;
  }

  /** What is left when there are no more lines; null if it is nothing. */
  @Nullable Piece end() {
    boolean something = begun || place != Place.SQL;
    Piece piece =
        something
            ? new Piece(statement.toString().strip(), begun ? beginLine : openedAt, false, open())
            : null;
    statement.setLength(0);
    begun = false;
    place = Place.SQL;
    return piece;
  }

  /** Whether a statement has begun that is not at its end. */
  boolean isIncomplete() {
    return begun || place != Place.SQL;
  }

  /** What there is of the statement that is not at its end. */
  String begun() {
    return begun ? statement.toString() : "";
  }

  private @Nullable String open() {
    String what =
        switch (place) {
          case SQL -> null;
          case STRING -> "the string";
          case NAME -> "the quoted name";
          case COMMENT -> "the comment";
        };
    return what == null ? null : what + " that begins in line " + openedAt + " has no end";
  }

  /** What a prompt shows to say what is open. */
  char mark() {
    return switch (place) {
      case SQL -> '.';
      case STRING -> '\'';
      case NAME -> '"';
      case COMMENT -> '*';
    };
  }

  private void step() {
    char c = line.charAt(at);
    switch (place) {
      case STRING, NAME -> {
        take(1);
        // A doubled quote closes and opens again, which comes to the same.
        if (c == (place == Place.STRING ? '\'' : '"')) {
          place = Place.SQL;
        }
      }
      case COMMENT -> {
        boolean ends = line.startsWith("*/", at);
        take(ends ? 2 : 1);
        if (ends) {
          place = Place.SQL;
        }
      }
      case SQL -> {
        if (line.startsWith("--", at) || line.startsWith("//", at)) {
          take(line.length() - at);
        } else if (line.startsWith("/*", at)) {
          open(Place.COMMENT);
          take(2);
        } else {
          if (!begun && !Character.isWhitespace(c)) {
            statement.setLength(0); // of comments before it
            begun = true;
            beginLine = lines;
          }
          if (c == '\'' || c == '"') {
            open(c == '"' ? Place.NAME : Place.STRING);
          }
          take(1);
        }
      }
    }
  }

  private void open(Place opened) {
    place = opened;
    openedAt = lines;
  }

  private void take(int characters) {
    statement.append(line, at, at + characters);
    at += characters;
  }
}

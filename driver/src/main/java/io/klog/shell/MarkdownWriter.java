package io.klog.shell;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A table of GitHub's Markdown, whose header cannot be left out. */
final class MarkdownWriter implements RowWriter {
  private final Settings settings;
  private final PrintWriter out;
  private final Columns columns;
  private boolean begun;

  MarkdownWriter(Settings settings, PrintWriter out, Columns columns) {
    this.settings = settings;
    this.out = out;
    this.columns = columns;
  }

  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    StringBuilder header = new StringBuilder("|");
    StringBuilder rule = new StringBuilder("|");
    for (int i = 0; i < columns.count(); i++) {
      header.append(' ').append(escaped(columns.label(i))).append(" |");
      rule.append(columns.isNumber(i) ? " ---: |" : " --- |");
    }
    out.println(header);
    out.println(rule);
  }

  @Override
  public void row(ResultSet row) throws SQLException {
    begin();
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < columns.count(); i++) {
      String text = columns.text(row, i);
      line.append(' ').append(escaped(text == null ? settings.nullText() : text)).append(" |");
    }
    out.println(line);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '|', '\\', '*', '`', '<', '[' -> escaped.append('\\').append(c);
        case '_' -> escaped.append(insideWord(text, i) ? "_" : "\\_");
        case '\n' -> escaped.append("<br>");
        case '\r' -> {} // the line feed behind it is enough
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** There an underscore emphasises nothing. */
  private static boolean insideWord(String text, int at) {
    return at > 0
        && at + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(at - 1))
        && Character.isLetterOrDigit(text.charAt(at + 1));
  }

  @Override
  public void end() {
    begin();
  }
}

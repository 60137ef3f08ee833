package io.klog.shell;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * RFC 4180, but for the end of a line, which is the platform's. An empty string is quoted, so that
 * it is not taken for NULL.
 */
final class CsvWriter implements RowWriter {
  private final Settings settings;
  private final PrintWriter out;
  private final Columns columns;
  private boolean begun;

  CsvWriter(Settings settings, PrintWriter out, Columns columns) {
    this.settings = settings;
    this.out = out;
    this.columns = columns;
  }

  private void begin() {
    if (!begun) {
      begun = true;
      if (settings.header) {
        for (int i = 0; i < columns.count(); i++) {
          field(i, columns.label(i));
        }
        out.println();
      }
    }
  }

  @Override
  public void row(ResultSet row) throws SQLException {
    begin();
    for (int i = 0; i < columns.count(); i++) {
      String text = columns.text(row, i);
      if (text != null) {
        field(i, text);
      } else {
        if (i > 0) {
          out.print(',');
        }
        out.print(settings.nullText());
      }
    }
    out.println();
  }

  private void field(int column, String text) {
    if (column > 0) {
      out.print(',');
    }
    out.print(quoted(text));
  }

  private String quoted(String text) {
    boolean plain = !text.isEmpty() && !text.equals(settings.nullText());
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = c != '"' && c != ',' && c != '\n' && c != '\r';
    }
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void end() {
    begin();
  }
}

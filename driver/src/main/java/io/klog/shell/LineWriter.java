package io.klog.shell;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A line for each cell, {@code name = value}, and an empty one behind each row. */
final class LineWriter implements RowWriter {
  private final Settings settings;
  private final PrintWriter out;
  private final Columns columns;
  private final String[] names;

  LineWriter(Settings settings, PrintWriter out, Columns columns) {
    this.settings = settings;
    this.out = out;
    this.columns = columns;
    this.names = new String[columns.count()];
    int width = 0;
    for (int i = 0; i < names.length; i++) {
      names[i] = Width.printable(columns.label(i));
      width = Math.max(width, Width.of(names[i]));
    }
    for (int i = 0; i < names.length; i++) {
      names[i] = " ".repeat(width - Width.of(names[i])) + names[i] + " = ";
    }
  }

  @Override
  public void row(ResultSet row) throws SQLException {
    @Nullable String[] cells = new String[names.length];
    for (int i = 0; i < cells.length; i++) {
      String text = columns.text(row, i);
      cells[i] = text == null ? null : Width.printable(text);
    }
    print(cells);
  }

  /** A row whose cells were read already; null for NULL. */
  void print(@Nullable String[] cells) {
    for (int i = 0; i < names.length; i++) {
      String cell = cells[i];
      out.println(names[i] + (cell == null ? settings.nullText() : cell));
    }
    out.println();
  }
}

package io.klog.shell;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Prints rows in one of the modes. */
interface RowWriter {
  /** Prints the current row, or keeps it until more is known. */
  void row(ResultSet row) throws SQLException, IOException;

  /** Prints what was kept, because the next row may be long in coming. */
  default void flush() throws IOException {}

  /** Prints what is left: behind the last row, also where there was none. */
  default void end() throws IOException {}

  /** For a result with these columns, on the screen, in the mode that the settings say. */
  static RowWriter of(Settings settings, Screen screen, Columns columns) {
    return switch (settings.mode) {
      case TABLE -> new TableWriter(settings, screen, columns);
      case CSV -> new CsvWriter(settings, screen.out(), columns);
      case JSON -> new JsonWriter(screen.out(), columns);
      case MARKDOWN -> new MarkdownWriter(settings, screen.out(), columns);
      case LINE -> new LineWriter(settings, screen.out(), columns);
    };
  }
}

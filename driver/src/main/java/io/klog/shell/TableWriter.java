package io.klog.shell;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Columns as wide as the first rows need, which are kept until there are enough of them; the others
 * are printed as they come. On a terminal, what is too long is cut so that a row is a line; where
 * too little would be left, each cell gets a line.
 */
final class TableWriter implements RowWriter {
  private static final int MEASURED_ROWS = 500;
  private static final int MEASURED_CHARACTERS = 1 << 20;

  /**
   * Elsewhere than on a terminal nothing is cut, but nothing is padded to more than this either.
   */
  private static final int WIDEST = 256;

  /** No column is cut to less than this. */
  private static final int NARROWEST = 12;

  private final Settings settings;
  private final Screen screen;
  private final PrintWriter out;
  private final Columns columns;
  private final String bar;
  private final String ellipsis;

  private final List<@Nullable String[]> kept = new ArrayList<>();
  private int keptCharacters;
  private int @Nullable [] widths;
  private @Nullable LineWriter lines;

  TableWriter(Settings settings, Screen screen, Columns columns) {
    this.settings = settings;
    this.screen = screen;
    this.out = screen.out();
    this.columns = columns;
    this.bar = screen.unicode() ? " │ " : " | ";
    this.ellipsis = screen.unicode() ? "…" : "...";
  }

  @Override
  public void row(ResultSet row) throws SQLException {
    @Nullable String[] cells = new String[columns.count()];
    for (int i = 0; i < cells.length; i++) {
      String text = columns.text(row, i);
      cells[i] = text == null ? null : Width.printable(text);
      keptCharacters += text == null ? 0 : text.length();
    }
    if (widths != null) {
      print(cells, widths);
    } else if (lines != null) {
      lines.print(cells);
    } else {
      kept.add(cells);
      if (kept.size() == MEASURED_ROWS || keptCharacters >= MEASURED_CHARACTERS) {
        printKept();
      }
    }
  }

  @Override
  public void flush() {
    if (!kept.isEmpty()) {
      printKept();
    }
  }

  @Override
  public void end() {
    if (widths == null && lines == null) {
      printKept();
    }
  }

  private void printKept() {
    int[] wanted = wanted();
    int cap = screen.terminal() ? cap(wanted) : WIDEST;
    if (cap < NARROWEST && !kept.isEmpty()) {
      LineWriter writer = new LineWriter(settings, out, columns);
      kept.forEach(writer::print);
      lines = writer;
    } else {
      int[] fitting =
          Arrays.stream(wanted).map(width -> Math.min(width, Math.max(cap, NARROWEST))).toArray();
      if (settings.header) {
        printHeader(fitting);
      }
      kept.forEach(cells -> print(cells, fitting));
      widths = fitting;
    }
    kept.clear();
  }

  private int[] wanted() {
    int[] wanted = new int[columns.count()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = settings.header ? Width.of(Width.printable(columns.label(i))) : 0;
      for (@Nullable String[] cells : kept) {
        wanted[i] = Math.max(wanted[i], Width.of(shown(cells[i])));
      }
    }
    return wanted;
  }

  /** The widest that a column may be so that all of them fit into the terminal's width. */
  private int cap(int[] wanted) {
    // A blank at each end, and a bar between each two.
    int room = screen.width().getAsInt() - 2 - bar.length() * (wanted.length - 1);
    int cap = Math.max(NARROWEST, IntStream.of(wanted).max().orElse(0));
    while (cap >= NARROWEST && total(wanted, cap) > room) {
      cap--;
    }
    return cap;
  }

  private static long total(int[] wanted, int cap) {
    return IntStream.of(wanted).mapToLong(width -> Math.min(width, cap)).sum();
  }

  private void printHeader(int[] widths) {
    StringBuilder line = new StringBuilder();
    StringBuilder rule = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? " " : bar);
      String label = fitted(Width.printable(columns.label(i)), widths[i]);
      pad(line, label, screen.styled(Screen.BOLD, label), i, widths);
      if (i > 0) {
        rule.append(screen.unicode() ? "┼" : "+");
      }
      rule.append((screen.unicode() ? "─" : "-").repeat(widths[i] + 2));
    }
    out.println(line);
    out.println(rule);
  }

  private void print(@Nullable String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      line.append(i == 0 ? " " : bar);
      String text = fitted(shown(cells[i]), widths[i]);
      pad(line, text, cells[i] == null ? screen.styled(Screen.FAINT, text) : text, i, widths);
    }
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == ' ') {
      end--;
    }
    line.setLength(end);
    out.println(line);
  }

  private String shown(@Nullable String cell) {
    return cell == null ? settings.nullText() : cell;
  }

  private String fitted(String text, int width) {
    return screen.terminal() ? Width.cut(text, width, ellipsis) : text;
  }

  private void pad(StringBuilder line, String text, String styled, int column, int[] widths) {
    String blanks = " ".repeat(Math.max(0, widths[column] - Width.of(text)));
    if (columns.isNumber(column)) {
      line.append(blanks).append(styled);
    } else {
      line.append(styled);
      if (column + 1 < widths.length) {
        line.append(blanks);
      }
    }
  }
}

package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A shell over a database in memory, of its own for each test, that prints into memory too. */
final class ShellInMemory implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Connection connection;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter err = new StringWriter();
  final Settings settings = new Settings();
  final Interruption interruption = new Interruption();
  final Shell shell;

  ShellInMemory() throws SQLException {
    this(false);
  }

  ShellInMemory(boolean terminal) throws SQLException {
    connection = DriverManager.getConnection("jdbc:klog:mem:shell" + COUNT.incrementAndGet());
    Screen screen =
        new Screen(
            Output.to(out, StandardCharsets.UTF_8),
            new PrintWriter(err),
            terminal,
            () -> 100,
            false,
            false);
    settings.mode = Mode.CSV;
    shell = new Shell(connection, screen, settings, interruption);
  }

  Connection connection() {
    return connection;
  }

  Shell.Outcome outcome(String script) throws IOException {
    try {
      return shell.run(Script.ofText(script));
    } catch (CommandException e) {
      throw new AssertionError("a text can always be read", e);
    }
  }

  /** Runs what must not fail; what it printed. */
  String run(String script) throws IOException {
    out.reset();
    assertEquals(Shell.Outcome.DONE, outcome(script), err::toString);
    return printed();
  }

  /** Runs what must fail; the error. */
  String fails(String script) throws IOException {
    err.getBuffer().setLength(0);
    assertEquals(Shell.Outcome.FAILED, outcome(script), err::toString);
    return said().strip();
  }

  /** What was printed to standard output so far. */
  String printed() {
    shell.screen().out().flush();
    return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** What was printed to standard error. */
  String said() {
    return err.toString().replace(System.lineSeparator(), "\n");
  }

  /** The rows of a query as text, columns with a bar between, whatever the settings. */
  List<String> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> result = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(rows.getString(i));
        }
        result.add(String.join("|", row));
      }
      return result;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

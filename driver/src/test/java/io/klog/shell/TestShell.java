package io.klog.shell;

import io.klog.shell.Shell.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A shell over a database in memory of its own, whose screen is text. */
final class TestShell implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int NO_TERMINAL = 0;

  final Settings settings = new Settings();
  final Interruption interruption = new Interruption();
  final Shell shell;

  private final Connection connection;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  TestShell() throws SQLException {
    this(NO_TERMINAL);
  }

  /** On a terminal of that width, without colours. */
  TestShell(int width) throws SQLException {
    connection = DriverManager.getConnection("jdbc:klog:mem:shell" + COUNT.incrementAndGet());
    boolean terminal = width != NO_TERMINAL;
    Screen screen =
        new Screen(
            Output.to(new PrintWriter(out)),
            new PrintWriter(err),
            terminal,
            () -> width,
            false,
            terminal);
    shell = new Shell(connection, screen, settings, interruption);
  }

  Outcome run(String script) throws IOException, CommandException {
    return shell.run(Script.ofText(script));
  }

  /** What was printed since the last call. */
  String out() {
    return taken(out);
  }

  String err() {
    return taken(err);
  }

  private static String taken(StringWriter writer) {
    String text = writer.toString();
    writer.getBuffer().setLength(0);
    return text;
  }

  /** What a script prints, which must not say anything else. */
  String outOf(String script) throws IOException, CommandException {
    run(script);
    String said = err();
    if (!said.isEmpty()) {
      throw new AssertionError(said);
    }
    return out();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

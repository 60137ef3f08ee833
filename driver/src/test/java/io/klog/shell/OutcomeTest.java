package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.klog.shell.Shell.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script comes to when nobody reads what it prints. */
class OutcomeTest {
  private final Settings settings = new Settings();
  private final StringWriter err = new StringWriter();
  private Connection connection;
  private Shell shell;

  /** As the system says it of a pipe whose reader is gone. */
  private static final class ClosedPipe extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  @BeforeEach
  void open() throws SQLException {
    connection = DriverManager.getConnection("jdbc:klog:mem:outcome");
    Screen screen =
        new Screen(
            Output.to(new ClosedPipe(), StandardCharsets.UTF_8),
            new PrintWriter(err),
            false,
            () -> 80,
            false,
            false);
    shell = new Shell(connection, screen, settings, new Interruption());
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private Outcome run(String script) throws IOException, CommandException {
    return shell.run(Script.ofText(script));
  }

  @Test
  void aReaderThatHasEnoughEndsAScriptWell() throws IOException, CommandException {
    assertEquals(Outcome.UNREAD, run("SELECT 1; SELECT nope"));
    assertEquals("", err.toString());
  }

  @Test
  void soItEndsAScriptThatAnotherReads(@TempDir Path directory)
      throws IOException, CommandException {
    Path script = Files.writeString(directory.resolve("a.sql"), "SELECT 1;");
    assertEquals(Outcome.UNREAD, run(".read '" + script + "'\nSELECT nope;"));
    assertEquals("", err.toString());
  }

  @Test
  void whatFailedBeforeIsNotForgotten() throws IOException, CommandException {
    settings.keepGoing = true;
    assertEquals(Outcome.FAILED, run("SELECT nope; SELECT 1; SELECT neither"));
    assertEquals(1, err.toString().lines().count(), err::toString);
  }
}

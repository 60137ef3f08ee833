package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, in a JVM of its own, without a terminal. */
class MainTest {
  private static final int BOUND_SECONDS = 120;

  @TempDir private Path directory;

  private record Ran(int code, String out, String err) {}

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  private Process start(String... arguments) throws IOException {
    return new ProcessBuilder(command(arguments))
        .directory(directory.toFile())
        .redirectOutput(directory.resolve("out").toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private Ran run(String input, String... arguments) throws IOException, InterruptedException {
    Process klog = start(arguments);
    try (OutputStream stream = klog.getOutputStream()) {
      stream.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return ended(klog);
  }

  private Ran ended(Process klog) throws IOException, InterruptedException {
    assertTrue(klog.waitFor(BOUND_SECONDS, TimeUnit.SECONDS));
    return new Ran(klog.exitValue(), text("out"), text("err"));
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file)).replace(System.lineSeparator(), "\n");
  }

  @Test
  void scriptsRunInTheOrderOfTheCommandLine() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("make.sql"), "CREATE TOPIC orders;");
    Ran ran =
        run(
            "INSERT INTO orders (key, value) VALUES ('a', 'tea')",
            "orders.klog",
            "--mode=csv",
            "-f",
            "make.sql",
            "-f",
            "-",
            "-c",
            "SELECT key, value FROM orders",
            "-c",
            ".headers off\nSELECT 'é'; SELECT 2");
    assertEquals(new Ran(0, "key,value\na,tea\né\n2\n", ""), ran);
    assertTrue(Files.exists(directory.resolve("orders.klog")));
  }

  @Test
  void aPipeStopsAtTheFirstErrorWithExitCode1() throws IOException, InterruptedException {
    Ran ran = run(".mode json\nSELECT 1 AS n;\nSELECT nope;\nSELECT 2;\n");
    assertEquals("{\"n\":1}\n", ran.out());
    assertEquals(1, ran.code());
    assertTrue(ran.err().startsWith("error 42703: "), ran.err());
    assertTrue(ran.err().endsWith(" (standard input, line 3)\n"), ran.err());
    assertEquals(1, ran.err().lines().count(), ran.err());
  }

  @Test
  void keepGoingGoesOnAndStillExitsWith1() throws IOException, InterruptedException {
    Ran ran =
        run("", "-k", "-m", "csv", "--no-header", "-c", "SELECT x; SELECT 1", "-c", "SELECT 2");
    assertEquals("1\n2\n", ran.out());
    assertEquals(1, ran.code());
  }

  @Test
  void aWrongCommandLineExitsWith2() throws IOException, InterruptedException {
    Ran ran = run("", "--colour");
    assertEquals(2, ran.code());
    assertEquals("klog: Unknown option: '--colour'\nklog --help tells what there is\n", ran.err());
    assertEquals(2, run("", "a.klog", "b.klog").code());
    assertEquals(2, run("", "check").code());
  }

  @Test
  void helpTellsTheExitCodes() throws IOException, InterruptedException {
    Ran ran = run("", "--help");
    assertEquals(0, ran.code());
    assertTrue(ran.out().contains("\nExit codes:\n  0    all went well\n"), ran.out());
    assertTrue(run("", "--version").out().startsWith("klog "));
  }

  @Test
  void whatIsOnlyReadHasToBeThere() throws IOException, InterruptedException {
    Ran missing = new Ran(1, "", "error: there is no file no.klog\n");
    assertEquals(missing, run("SELECT 1;", "--read-only", "no.klog"));
    assertEquals(missing, run("", "check", "no.klog"));
    assertEquals(missing, run("", "backup", "no.klog", "copy.klog"));
    assertFalse(Files.exists(directory.resolve("no.klog")));
  }

  @Test
  void readOnlyRefusesToWrite() throws IOException, InterruptedException {
    assertEquals(0, run("CREATE TOPIC t;", "jdbc:klog:t.klog?sync=off").code());
    Ran ran = run("INSERT INTO t (key) VALUES ('a');", "--read-only", "t.klog");
    assertEquals(1, ran.code());
    assertTrue(ran.err().startsWith("error 25006: "), ran.err());
  }

  @Test
  void checkListsFaultsAndExitsWith1() throws IOException, InterruptedException {
    run("CREATE TOPIC t; INSERT INTO t (value) VALUES ('a needle');", "t.klog");
    assertEquals(new Ran(0, "t.klog is sound\n", ""), run("", "check", "t.klog"));
    byte[] bytes = Files.readAllBytes(directory.resolve("t.klog"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf("a needle"); at >= 0; at = text.indexOf("a needle", at + 1)) {
      bytes[at] ^= 1;
    }
    Files.write(directory.resolve("t.klog"), bytes);
    Ran ran = run("", "check", "t.klog");
    assertEquals(1, ran.code());
    assertTrue(ran.out().startsWith("topic t, partition 0, byte "), ran.out());
    assertTrue(ran.out().endsWith("\n1 fault\n"), ran.out());
  }

  @Test
  void backupTellsWhatTheCopyHas() throws IOException, InterruptedException {
    run("CREATE TOPIC t; INSERT INTO t (value) VALUES ('a'), ('b');", "t.klog");
    Ran ran = run("", "backup", "t.klog", "it's a copy.klog");
    assertEquals("", ran.err());
    assertEquals(0, ran.code());
    assertTrue(ran.out().startsWith("it's a copy.klog: 1 topic, 2 records, "), ran.out());
    assertTrue(Files.exists(directory.resolve("it's a copy.klog")));
    assertTrue(run("", "backup", "t.klog", "t.klog").err().startsWith("error 58P02: "));
  }

  @Test
  void ctrlCLeavesNothingOfABackup() throws IOException, InterruptedException, SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:klog:" + directory.resolve("t.klog") + "?sync=off");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC t");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO t (value) VALUES (?)")) {
        insert.setBytes(1, new byte[1 << 20]);
        for (int i = 0; i < 200; i++) {
          insert.executeUpdate();
        }
      }
    }
    int trials = 10;
    for (int i = 0; i < trials; i++) {
      String copy = "copy" + i + ".klog";
      Process klog = start("backup", "t.klog", copy);
      long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      while (klog.isAlive() && filesLike(copy).isEmpty()) {
        assertTrue(System.nanoTime() < bound, "no file of a copy");
        Thread.sleep(1);
      }
      interrupt(klog);
      Ran ran = ended(klog);
      if (ran.code() != 0) {
        assertEquals(new Ran(130, "", "cancelled\n"), ran);
        assertEquals(List.of(), filesLike(copy));
        return;
      }
      assertEquals(List.of(copy), filesLike(copy), "it was faster");
    }
    throw new AssertionError("whole before Ctrl-C came, " + trials + " times in a row");
  }

  private List<String> filesLike(String beginning) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(beginning))
          .toList();
    }
  }

  private static void interrupt(Process klog) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(klog.pid())).start();
    assertTrue(kill.waitFor(BOUND_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void whatIsNoDatabaseIsAnErrorWithoutAStackTrace() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("notes.txt"), "no database ".repeat(1000));
    Ran ran = run("", "notes.txt", "-c", "SELECT 1");
    assertEquals(1, ran.code());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith("error 08001: "), ran.err());
  }

  @Test
  void aPathWithAQuestionMarkIsAPath() throws IOException, InterruptedException {
    assertEquals(0, run("", "what?.klog", "-c", "CREATE TOPIC t").code());
    assertTrue(Files.exists(directory.resolve("what?.klog")));
  }

  @Test
  void ctrlCInAPipeCancelsAndExitsWith130() throws IOException, InterruptedException {
    Process klog =
        start(
            "-m",
            "csv",
            "-c",
            "CREATE TOPIC t",
            "-c",
            "INSERT INTO t (key) VALUES ('a')",
            "-c",
            "SELECT STREAM key FROM t",
            "-c",
            "SELECT 1");
    long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (text("out").lines().count() < 2 && System.nanoTime() < bound) {
      Thread.sleep(20);
    }
    assertEquals("key\na\n", text("out"));
    interrupt(klog);
    assertEquals(new Ran(130, "key\na\n", "cancelled: SELECT STREAM key FROM t\n"), ended(klog));
  }

  @Test
  void aReaderThatHasEnoughEndsTheQuery() throws IOException, InterruptedException {
    Process klog =
        new ProcessBuilder(
                command(
                    "-m",
                    "csv",
                    "-c",
                    "CREATE TOPIC t; INSERT INTO t (key) VALUES ('1'), ('2'), ('3'), ('4'), ('5'), ('6')",
                    "-c",
                    "SELECT a.key FROM t a, t b, t c, t d, t e, t f, t g, t h"))
            .redirectError(directory.resolve("err").toFile())
            .start();
    klog.getInputStream().read();
    klog.getInputStream().close();
    assertTrue(klog.waitFor(BOUND_SECONDS, TimeUnit.SECONDS));
    assertEquals("", text("err"));
    assertEquals(0, klog.exitValue());
  }
}

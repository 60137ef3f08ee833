package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A terminal that somebody types at and looks at, of a server of its own. */
final class Tmux implements AutoCloseable {
  private static final int BOUND_SECONDS = 60;
  private static final int LOOK_MILLIS = 50;
  private static final String EXIT_CODE = "the exit code is ";

  private final String socket;

  /** With a program that runs until it ends; its last screen stays to be seen. */
  Tmux(Path socket, Path directory, List<String> environment, List<String> program)
      throws IOException, InterruptedException {
    this.socket = socket.toString();
    List<String> start = new ArrayList<>();
    start.addAll(List.of("-f", "/dev/null", "-u", "new-session", "-d", "-x", "100", "-y", "30"));
    start.addAll(List.of("-c", directory.toString(), "env"));
    start.addAll(environment);
    // The last screen stays, because something goes on behind the program. Ctrl-C reaches the sh
    // too, which is not to end by it.
    start.addAll(
        List.of("sh", "-c", "trap : INT\n\"$@\"\necho " + EXIT_CODE + "$?\nexec sleep 600", "sh"));
    start.addAll(program);
    tmux(start.toArray(String[]::new));
  }

  private String tmux(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket));
    command.addAll(List.of(arguments));
    Process tmux;
    try {
      tmux = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return fail("this test types at a terminal by tmux: install it (apt-get install tmux)", e);
    }
    String said = new String(tmux.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(tmux.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), said);
    assertTrue(tmux.exitValue() == 0, command + ": " + said);
    return said;
  }

  /** Types text as it is. */
  void type(String text) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("send-keys", "-H"));
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      command.add(String.format("%02x", b));
    }
    tmux(command.toArray(String[]::new));
  }

  /** Presses keys by tmux's names for them. */
  void press(String... keys) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("send-keys"));
    command.addAll(List.of(keys));
    tmux(command.toArray(String[]::new));
  }

  /** Pastes text as a terminal does, in brackets where the program asks for them. */
  void paste(String text) throws IOException, InterruptedException {
    // As an argument it would end where tmux sees a semicolon.
    Path file = Files.writeString(Path.of(socket + ".paste"), text);
    tmux("load-buffer", file.toString());
    tmux("paste-buffer", "-p");
  }

  /** What is to be seen, without the blanks at the ends of lines. */
  String screen() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p").stripTrailing();
  }

  /** What is to be seen, with the escape sequences of its colours. */
  String coloured() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p", "-e");
  }

  /** Looks until it sees that, and gives the screen; fails with what there is instead. */
  String see(String what, Predicate<String> seen) throws IOException, InterruptedException {
    long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    String screen = screen();
    while (!seen.test(screen)) {
      if (System.nanoTime() > bound) {
        return fail("there is no " + what + " on the screen:\n" + screen);
      }
      Thread.sleep(LOOK_MILLIS);
      screen = screen();
    }
    return screen;
  }

  String see(String text) throws IOException, InterruptedException {
    return see(text, screen -> screen.contains(text));
  }

  /** Looks until the last line is that. */
  String seeLast(String line) throws IOException, InterruptedException {
    return see("'" + line + "' as last line", screen -> last(screen).equals(line));
  }

  static String last(String screen) {
    return screen.substring(screen.lastIndexOf('\n') + 1);
  }

  /** The exit code of the program, once it has ended. */
  int exitCode() throws IOException, InterruptedException {
    String screen = see(EXIT_CODE);
    String code = screen.substring(screen.lastIndexOf(EXIT_CODE) + EXIT_CODE.length());
    return Integer.parseInt(code.strip());
  }

  @Override
  public void close() throws IOException {
    try {
      tmux("kill-server");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test is given up
    }
  }
}

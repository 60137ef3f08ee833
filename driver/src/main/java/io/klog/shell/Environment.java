package io.klog.shell;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** What the shell was started from: a terminal, a pipe, with which wishes about colour. */
final class Environment {
  private static final int GUESSED_WIDTH = 80;

  private Environment() {}

  /** Whether both standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // it may be null in 17, and both are asked
  static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From Java 22 on there is a console without a terminal, and this method that tells.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a public method of the JDK that throws nothing", e);
    }
  }

  /** Standard output and error, without a prompt. */
  static Screen screen() {
    boolean terminal = isTerminal();
    return new Screen(
        Output.to(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
            StandardCharsets.UTF_8),
        new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8)),
        terminal,
        new MeasuredOnce(),
        terminal && wantsColour(),
        terminal && speaksUnicode());
  }

  /** A prompt's. */
  static Screen screen(Terminal terminal) {
    return new Screen(
        Output.to(terminal.writer()),
        terminal.writer(),
        true,
        () -> columns(terminal),
        wantsColour(),
        terminal.encoding().name().startsWith("UTF"));
  }

  private static int columns(Terminal terminal) {
    int columns = terminal.getSize().getColumns();
    return columns > 0 ? columns : GUESSED_WIDTH;
  }

  private static boolean wantsColour() {
    String refusal = System.getenv("NO_COLOR");
    return (refusal == null || refusal.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }

  /** As the C library decides it; Windows has no such variables, and can. */
  private static boolean speaksUnicode() {
    String locale =
        Stream.of("LC_ALL", "LC_CTYPE", "LANG")
            .map(Environment::variable)
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("");
    String known = locale.toUpperCase(Locale.ROOT);
    return known.contains("UTF-8") || known.contains("UTF8") || System.getenv("WINDIR") != null;
  }

  private static String variable(String name) {
    String value = System.getenv(name);
    return value == null ? "" : value;
  }

  /** Asks the terminal when somebody first wants to know: that takes longer than a statement. */
  private static final class MeasuredOnce implements IntSupplier {
    private int width;

    @Override
    public int getAsInt() {
      if (width == 0) {
        width = measure();
      }
      return width;
    }

    private static int measure() {
      try (Terminal terminal =
          TerminalBuilder.builder().system(true).dumb(true).nativeSignals(false).build()) {
        return columns(terminal);
      } catch (IOException e) {
        return GUESSED_WIDTH; // a table that does not fit is still a table
      }
    }
  }
}

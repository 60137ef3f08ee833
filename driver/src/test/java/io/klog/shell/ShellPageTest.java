package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** docs/SHELL.md: what it shows is what comes of it. */
class ShellPageTest {
  private static final Path PAGE = Path.of("..", "docs", "SHELL.md");
  private static final int BOUND_SECONDS = 300;

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the examples are for a POSIX shell")
  void theExamplesPrintWhatThePageSays(@TempDir Path directory)
      throws IOException, InterruptedException {
    Matcher block = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL).matcher(page());
    assertTrue(block.find());
    String example = block.group(1);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    StringBuilder script =
        new StringBuilder(
            "klog() { '" + java + "' -cp \"$CP\" " + Main.class.getName() + " \"$@\"; }\n");
    for (String line : example.lines().filter(line -> line.startsWith("$ ")).toList()) {
      String command = line.substring(2);
      script
          .append("echo '")
          .append(line.replace("'", "'\\''"))
          .append("'\n")
          .append(command)
          .append('\n');
    }
    Path out = directory.resolve("out");
    ProcessBuilder sh =
        new ProcessBuilder(List.of("sh", "-c", script.toString()))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    sh.environment().put("CP", System.getProperty("java.class.path"));
    Process ran = sh.start();
    assertTrue(ran.waitFor(BOUND_SECONDS, TimeUnit.SECONDS));
    assertEquals(example, Files.readString(out));
    assertFalse(block.find(), "a second example, which nobody runs");
  }

  @Test
  void everyCommandIsOnThePage() throws IOException {
    String page = page();
    for (DotCommand command : DotCommands.ALL) {
      assertTrue(page.contains("`." + command.name()), command.name());
    }
    for (Mode mode : Mode.values()) {
      assertTrue(page.contains("| `" + mode + "` |"), mode.toString());
    }
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }
}

package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FullDevicePoolTest {
  /** Of Linux: changes what a running process may do. */
  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

  @TempDir Path directory;

  @Test
  void thePoolGoesOnOnceTheDeviceTakesMoreAgain() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PRLIMIT));
    Process process =
        new ProcessBuilder(
                PRLIMIT.toString(),
                "--fsize=2000000:unlimited",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LimitedProcess.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // Its death ends a wait for what it says.
    CompletableFuture.delayedExecutor(100, TimeUnit.SECONDS).execute(process::destroyForcibly);
    try (BufferedReader output = process.inputReader()) {
      String refusal = output.readLine();
      assertNotNull(refusal);
      assertTrue(refusal.matches("53100 .*pool\\.klog.*"), refusal);
      assertEquals("all are there", output.readLine());
      Process more =
          new ProcessBuilder(
                  PRLIMIT.toString(), "--fsize=unlimited", "--pid", Long.toString(process.pid()))
              .inheritIO()
              .start();
      assertTrue(more.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, more.exitValue());
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      assertEquals("all are there", output.readLine());
      assertEquals("same connection", output.readLine());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }
}

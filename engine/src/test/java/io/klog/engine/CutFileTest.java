package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.LogStore;
import io.klog.SyncLevel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody else cuts a file that a process has mapped: what it reads there is gone, and a JVM that
 * does not expect it dies, or throws an InternalError wherever it is by then.
 */
@Timeout(120)
class CutFileTest {
  @TempDir private Path folder;

  /** Reads on demand, in another process. */
  private static final class Reader implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    Reader(String what, Path folder) throws IOException {
      process =
          LockingProcess.java(CutProcess.class, what, folder.resolve(what).toString())
              .directory(folder.toFile()) // for what a JVM that dies leaves behind
              .redirectErrorStream(true)
              .start();
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      assertEquals("ready", answers.readLine());
    }

    String ask(String order) throws IOException {
      process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return String.valueOf(answers.readLine());
    }

    /** It has to end by itself. */
    void end() throws Exception {
      process.getOutputStream().close();
      String rest = String.valueOf(answers.readLine());
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), rest);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static void cut(Path file, long size) throws IOException {
    try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
      other.setLength(size);
    }
  }

  @Test
  void bytesThatAreGoneAreAnErrorAndTheProcessLives() throws Exception {
    int size = 1 << 20;
    Path path = folder.resolve("bytes");
    byte[] bytes = StorageContract.bytes(1, size);
    Files.write(path, bytes);
    try (Reader reader = new Reader("bytes", folder)) {
      for (int round = 0; round < 50; round++) {
        int left = round % 2 == 0 ? 5000 : size - 4096;
        assertEquals("ok", reader.ask(size - 8192 + " 8192"));
        cut(path, left);
        for (int length : new int[] {8192, 8191, 6000, 4105, 4097}) {
          assertEquals("EOFException", reader.ask(size - 8192 + " " + length), "round " + round);
        }
        for (int length = 1; length < 20; length++) {
          assertEquals("EOFException", reader.ask(size - length + " " + length));
        }
        assertEquals("EOFException", reader.ask("0 " + size));
        assertEquals("ok", reader.ask("0 5000"));
        Files.write(path, bytes);
      }
      reader.end();
    }
  }

  @Test
  void recordsThatAreGoneAreAnErrorAndTheProcessLives() throws Exception {
    Path path = folder.resolve("records");
    try (LogStore store = KlogFile.open(path.toString(), OpenOptions.DEFAULT)) {
      StoreTest.append(store, store.createTopic("t", 1, Map.of()), 0, 20_000, SyncLevel.FULL);
    }
    byte[] bytes = Files.readAllBytes(path);
    try (Reader reader = new Reader("records", folder)) {
      for (int round = 0; round < 50; round++) {
        assertEquals("ok 20000", reader.ask("scan"), "round " + round);
        cut(path, bytes.length / 50L * round);
        String answer = reader.ask("scan");
        assertTrue(Set.of("IO", "CORRUPT").contains(answer), answer);
        Files.write(path, bytes);
      }
      reader.end();
    }
  }
}

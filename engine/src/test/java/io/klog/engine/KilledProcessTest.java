package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupPosition;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, as kill -9 does, again and again on the same file. */
@Timeout(120)
class KilledProcessTest {
  private static final int ROUNDS = Integer.getInteger("klog.kills", 10);
  private static final int NUMBERS = 1_000_000;

  /** The last word ends the line, for a line may be cut off. */
  private static final Pattern COMMIT = Pattern.compile("(\\d-\\d+) (\\d+) (\\d+) ok");

  @TempDir Path folder;

  /** What was acknowledged: offsets in a and in b, by writer and number. */
  private final Map<String, long[]> acknowledged = new HashMap<>();

  @Test
  void everythingAcknowledgedIsThereWholeAndInOrder() throws Exception {
    SplittableRandom random = Seed.of("KilledProcessTest").random();
    String file = folder.resolve("a.klog").toString();
    for (int round = 0; round < ROUNDS; round++) {
      Process child =
          LockingProcess.java(WritingProcess.class, file, "" + round * NUMBERS)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader answers =
          new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
        read(answers, random.nextInt(1000));
        read(answers, random.nextInt(1000));
        child.toHandle().destroyForcibly(); // leaves what it said to be read
        read(answers, Integer.MAX_VALUE);
      } finally {
        child.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
      }
      // Sometimes the next to recover is a process that is killed as well.
      if (round == ROUNDS - 1 || random.nextBoolean()) {
        verify(file);
      }
    }
    assertFalse(acknowledged.isEmpty());
    System.out.println("KilledProcessTest: " + acknowledged.size() + " commits acknowledged");
  }

  private void read(BufferedReader answers, int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      String line = answers.readLine();
      if (line == null) {
        return;
      }
      Matcher told = COMMIT.matcher(line);
      if (told.matches()) { // else it was killed while it wrote the line
        acknowledged.put(
            told.group(1),
            new long[] {Long.parseLong(told.group(2)), Long.parseLong(told.group(3))});
      }
    }
  }

  private void verify(String file) {
    try (LogStore store = KlogFile.open(file, OpenOptions.DEFAULT)) {
      Topic a = store.catalog().topic("a");
      Topic b = store.catalog().topic("b");
      if (a == null || b == null) { // killed before it was ready
        assertTrue(acknowledged.isEmpty());
        return;
      }
      long[] ends = new long[WritingProcess.LEVELS.size()];
      int found = verifyRecords(store, a, b, ends);
      assertEquals(acknowledged.size(), found, "acknowledged records that are there");
      for (GroupPosition position : store.groupPositions()) {
        int writer = Integer.parseInt(position.group().substring(1));
        assertEquals(ends[writer], position.offset(), () -> "position of writer " + writer);
        ends[writer] = 0;
      }
      assertArrayEquals(new long[ends.length], ends, "positions that are missing");
    }
  }

  /** Goes through both topics side by side; notes where each writer's last record in a ends. */
  private int verifyRecords(LogStore store, Topic a, Topic b, long[] ends) {
    int[] last = new int[ends.length];
    int found = 0;
    Snapshot snapshot = store.snapshot(List.of(a, b));
    assertEquals(snapshot.endOffset(a, 0), snapshot.endOffset(b, 0));
    try (RecordCursor inA = snapshot.scan(a, 0, ScanRange.ALL);
        RecordCursor inB = snapshot.scan(b, 0, ScanRange.ALL)) {
      for (long offset = 0; offset < snapshot.endOffset(a, 0); offset++) {
        assertTrue(inA.next() && inB.next());
        assertEquals(offset, inA.offset());
        assertEquals(offset, inB.offset());
        byte[] value = inA.value();
        assertNotNull(value);
        assertArrayEquals(value, inB.key());
        String[] words = new String(value, UTF_8).split("-", -1);
        int writer = Integer.parseInt(words[0]);
        int number = Integer.parseInt(words[1]);
        assertArrayEquals(WritingProcess.value(writer, number), value);
        assertTrue(last[writer] < number || number == 0, () -> "order of writer " + writer);
        last[writer] = number;
        ends[writer] = offset + 1;
        long @Nullable [] told = acknowledged.get(writer + "-" + number);
        if (told != null) {
          assertEquals(told[0], offset);
          assertEquals(told[1], offset);
          found++;
        }
      }
      assertFalse(inA.next() || inB.next());
    }
    return found;
  }
}

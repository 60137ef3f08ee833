package io.klog.engine;

import static java.util.Objects.requireNonNull;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@link WorkingProcess}es said they had done with a file. */
final class Acknowledged {
  // All guarded by this.

  /** Offsets in a and in b, by writer and number. */
  private final Map<String, long[]> written = new HashMap<>();

  /** How far each process's consumer has come. */
  private final long[] consumed = new long[WorkingProcess.PROCESSES];

  synchronized void written(String record, long offsetInA, long offsetInB) {
    assertEquals(null, written.put(record, new long[] {offsetInA, offsetInB}), record);
  }

  synchronized void consumed(int process, long to) {
    assertTrue(consumed[process] <= to, () -> "consumer " + process + " went back to " + to);
    consumed[process] = to;
  }

  synchronized int records() {
    return written.size();
  }

  synchronized long outputs() {
    long sum = 0;
    for (long count : consumed) {
      sum += count;
    }
    return sum;
  }

  /** All of it is in the file, once, whole and in order. While nobody writes. */
  synchronized void verify(LogStore store) {
    Topic a = store.catalog().topic("a");
    Topic b = store.catalog().topic("b");
    if (a == null || b == null) { // killed before anything was ready
      assertTrue(written.isEmpty());
      return;
    }
    Map<String, Long> positions = new HashMap<>();
    for (GroupPosition position : store.groupPositions()) {
      positions.put(position.group(), position.offset());
    }
    List<byte[]> inputs = new ArrayList<>();
    Map<String, Long> ends = verifyRecords(store.snapshot(List.of(a, b)), a, b, inputs);
    for (int process = 0; process < WorkingProcess.PROCESSES; process++) {
      String group = "c" + process;
      long end = positions.getOrDefault(group, 0L);
      verifyOutput(store, process, end, inputs);
      if (end > 0) {
        ends.put(group, end);
      }
    }
    assertEquals(ends, positions, "where the groups are");
  }

  /**
   * Goes through both topics side by side.
   *
   * @return by each writer's group, where its last record in a ends
   */
  private Map<String, Long> verifyRecords(
      Snapshot snapshot, Topic a, Topic b, List<byte[]> inputs) {
    Map<String, Long> ends = new HashMap<>();
    Map<Integer, Integer> last = new HashMap<>();
    int found = 0;
    assertEquals(snapshot.endOffset(a, 0), snapshot.endOffset(b, 0));
    try (RecordCursor inA = snapshot.scan(a, 0, ScanRange.ALL);
        RecordCursor inB = snapshot.scan(b, 0, ScanRange.ALL)) {
      for (long offset = 0; offset < snapshot.endOffset(a, 0); offset++) {
        assertTrue(inA.next() && inB.next());
        assertEquals(offset, inA.offset());
        assertEquals(offset, inB.offset());
        byte[] value = requireNonNull(inA.value());
        assertArrayEquals(value, inB.key());
        int writer = WorkingProcess.writer(value);
        int number = WorkingProcess.number(value);
        assertArrayEquals(WorkingProcess.value(writer, number), value);
        Integer before = last.put(writer, number);
        assertTrue(before == null || before < number, () -> "order of writer " + writer);
        ends.put("w" + writer, offset + 1);
        found += verifyTold(writer + "-" + number, offset);
        inputs.add(value);
      }
      assertFalse(inA.next() || inB.next());
    }
    assertEquals(written.size(), found, "acknowledged records that are there");
    return ends;
  }

  private int verifyTold(String record, long offset) {
    long @Nullable [] told = written.get(record);
    if (told == null) {
      return 0;
    }
    assertArrayEquals(new long[] {offset, offset}, told, record);
    return 1;
  }

  /** One record for each that was consumed, in the same order. */
  private void verifyOutput(LogStore store, int process, long end, List<byte[]> inputs) {
    assertTrue(consumed[process] <= end, () -> "consumer " + process + " is back at " + end);
    assertTrue(end <= inputs.size(), () -> "consumer " + process + " is at " + end);
    Topic out = store.catalog().topic("out" + process);
    if (out == null) {
      assertEquals(0, end);
      return;
    }
    Snapshot snapshot = store.snapshot(List.of(out));
    assertEquals(end, snapshot.endOffset(out, 0), () -> "outputs of consumer " + process);
    try (RecordCursor cursor = snapshot.scan(out, 0, ScanRange.ALL)) {
      for (int offset = 0; offset < end; offset++) {
        assertTrue(cursor.next());
        byte[] value = cursor.value();
        assertNotNull(value);
        assertArrayEquals(WorkingProcess.output(offset, inputs.get(offset)), value);
      }
      assertFalse(cursor.next());
    }
  }
}

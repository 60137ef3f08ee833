package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.KeySet;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.engine.SimulationModel.Attempt;
import io.klog.engine.SimulationModel.Row;
import io.klog.engine.SimulationTopics.ModelTopic;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values that simulated processes write, and reading them again against the model. */
final class SimulationRecords {
  private static final int HEADER = Long.BYTES + Integer.BYTES;

  private final SimulationModel model;

  SimulationRecords(SimulationModel model) {
    this.model = model;
  }

  /** Says whose it is, which one, and then what follows from that. */
  static byte[] value(long attempt, int index, int size) {
    byte[] value = new byte[HEADER + size];
    LittleEndian.putLong(value, 0, attempt);
    LittleEndian.putInt(value, Long.BYTES, index);
    int state = Long.hashCode(attempt) * 31 + index;
    for (int i = HEADER; i < value.length; i++) {
      state = state * 1664525 + 1013904223;
      value[i] = (byte) (state >>> 24);
    }
    return value;
  }

  /** One of some that come again and again. */
  static byte @Nullable [] key(long attempt, int index) {
    int number = (Long.hashCode(attempt) * 31 + index) % 40;
    return number == 0 ? null : new byte[] {(byte) number};
  }

  /** Reads what nobody has read of the journal before; the newer part of the rest as well. */
  void readJournal(Snapshot snapshot, Topic journal, int again) {
    long end = snapshot.endOffset(journal, 0);
    long from = Math.max(0, Math.min(model.known(), end) - again);
    ScanRange range = ScanRange.ALL.withOffsets(from, Long.MAX_VALUE);
    try (RecordCursor cursor = snapshot.scan(journal, 0, range)) {
      for (long at = from; at < end; at++) {
        next(cursor, journal, 0, at);
        byte[] value = requireNonNull(cursor.value());
        Attempt attempt = model.found(at, LittleEndian.getLong(value, 0));
        checkValue(value(attempt.id, 0, attempt.size), value, journal, 0, at);
      }
      SimulationModel.check(!cursor.next(), () -> "more than " + end + " in the journal");
    }
  }

  /** Reads a part of a partition, as of so many commits. */
  void read(
      Snapshot snapshot,
      Topic topic,
      int partition,
      ModelTopic of,
      long commits,
      ScanRange wanted) {
    long end = of.end(partition, commits);
    long from = Math.max(wanted.fromOffset(), snapshot.startOffset(topic, partition));
    long to = Math.min(wanted.toOffset(), end);
    try (RecordCursor cursor = snapshot.scan(topic, partition, wanted)) {
      long left = Math.max(0, to - from);
      while (left > 0 && cursor.next()) {
        long expected = wanted.reverse() ? from + left - 1 : to - left;
        long found = cursor.offset();
        SimulationModel.check(
            found == expected || isBehindDeleted(found, expected, of, partition, wanted),
            () -> found + " for " + expected + " in " + topic + " " + partition);
        Row row = of.row(partition, found);
        byte[] value = value(row.attempt().id, row.index(), row.size());
        checkValue(value, requireNonNull(cursor.value()), topic, partition, found);
        left = wanted.reverse() ? found - from : to - found - 1;
      }
      long last = wanted.reverse() ? from + left : to;
      SimulationModel.check(
          left == 0 || last <= of.mayStart(partition),
          () -> "records before " + last + " are missing in " + topic + " " + partition);
      SimulationModel.check(!cursor.next(), () -> "more than " + end + " in " + topic);
    }
    lookUp(snapshot, topic, partition, of, wanted.withOffsets(from, to));
  }

  private static void lookUp(
      Snapshot snapshot, Topic topic, int partition, ModelTopic of, ScanRange wanted) {
    byte[] key = {(byte) (1 + wanted.toOffset() % 39)};
    long count = wanted.toOffset() - wanted.fromOffset();
    try (RecordCursor cursor = snapshot.scan(topic, partition, wanted.withKeys(KeySet.of(key)))) {
      boolean there = cursor.next();
      for (long n = 0; n < count; n++) {
        long offset = wanted.reverse() ? wanted.toOffset() - 1 - n : wanted.fromOffset() + n;
        Row row = of.row(partition, offset);
        if (!Arrays.equals(key, key(row.attempt().id, row.index()))) {
          continue;
        }
        if (there && cursor.offset() == offset) {
          byte[] expected = value(row.attempt().id, row.index(), row.size());
          checkValue(expected, requireNonNull(cursor.value()), topic, partition, offset);
          there = cursor.next();
        } else {
          // It may have been deleted since the range was read.
          SimulationModel.check(
              offset < of.mayStart(partition),
              () -> "no " + offset + " of a key in " + topic + " " + partition);
        }
      }
      SimulationModel.check(!there, () -> "too many of a key in " + topic);
    }
  }

  /** What was between may have been deleted while it was read. */
  private static boolean isBehindDeleted(
      long found, long expected, ModelTopic of, int partition, ScanRange wanted) {
    return !wanted.reverse() && found > expected && found <= of.mayStart(partition);
  }

  private static void next(RecordCursor cursor, Topic topic, int partition, long offset) {
    boolean there = cursor.next();
    SimulationModel.check(there, () -> "no " + offset + " in " + topic + " " + partition);
    long found = cursor.offset();
    SimulationModel.check(
        found == offset, () -> found + " for " + offset + " in " + topic + " " + partition);
  }

  private static void checkValue(
      byte[] expected, byte[] found, Topic topic, int partition, long offset) {
    SimulationModel.check(
        Arrays.equals(expected, found),
        () -> "another record at " + offset + " of " + topic + " " + partition);
  }
}

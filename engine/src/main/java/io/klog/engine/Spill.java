package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction that outgrew its buffer has written into segments, behind their committed
 * ends: nothing of it counts until the commit names the ranges. Guarded by the {@link Replica}'s
 * lock; the transaction has the writer's lock from the first write to its end, so nobody else
 * appends to a partition meanwhile, and no fold does ({@link Space#isStaged}).
 */
final class Spill {
  private final StorageFile file;
  private final Space space;
  private final StoreState state;
  private final SegmentReader reader;
  private final Map<PartitionState, Part> parts = new LinkedHashMap<>();
  // Of the newest batch.
  private long timestamp;
  private boolean broken;

  Spill(StorageFile file, Space space, StoreState state, SegmentReader reader) {
    this.file = file;
    this.space = space;
    this.state = state;
    this.reader = reader;
  }

  /** What was written for one partition: its tail, and behind that the transaction's records. */
  private static final class Part {
    private final SegmentAppender.Staging staging;
    private final SegmentAppender appender;
    // The offset of the transaction's first record, and the one behind its last.
    private final long base;
    private long end;

    Part(SegmentAppender.Staging staging, SegmentAppender appender, long base) {
      this.staging = staging;
      this.appender = appender;
      this.base = base;
      this.end = base;
    }

    /**
     * @return whether records of the transaction are left
     */
    boolean cutTo(long offset, BatchBuilder rest, List<Extent> freed) throws IOException {
      if (offset > base) {
        appender.cutTo(offset, rest, freed);
        end = offset - rest.records();
        if (end > base) {
          return true;
        }
      }
      freed.addAll(staging.allocated());
      return false;
    }
  }

  /** Whether nothing of the transaction is here. */
  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Whether it cannot be told any more what is in the file: the transaction cannot go on. */
  boolean isBroken() {
    return broken;
  }

  /** Records of the transaction that were written for the partition. */
  long records(PartitionState partition) {
    Part part = parts.get(partition);
    return part == null ? 0 : part.end - part.base;
  }

  void forEach(ObjLongConsumer<PartitionState> action) {
    parts.forEach((partition, part) -> action.accept(partition, part.end - part.base));
  }

  /** Of the newest batch, ms since the epoch. */
  long timestamp() {
    return timestamp;
  }

  /**
   * Appends all records of the builders, which can be cleared then. Where the device is full, with
   * other pages: see {@link Space#FULL_DEVICE_TRIES}.
   *
   * @throws IOException it is as it was before, unless it is broken
   */
  void write(Map<PartitionState, BatchBuilder> batches, long now) throws IOException {
    timestamp = Math.max(timestamp, now);
    Map<PartitionState, Long> before = new HashMap<>();
    batches.keySet().forEach(partition -> before.put(partition, records(partition)));
    List<Extent> aside = new ArrayList<>(0);
    try {
      for (int tries = 0; ; tries++) {
        boolean done = false;
        try {
          for (Map.Entry<PartitionState, BatchBuilder> entry : batches.entrySet()) {
            append(entry.getKey(), entry.getValue(), tries > 0);
          }
          done = true;
          return;
        } catch (StorageFullException e) {
          if (tries == Space.FULL_DEVICE_TRIES) {
            throw e;
          }
        } finally {
          if (!done) {
            cutTo(before, null, aside);
          }
        }
      }
    } finally {
      aside.forEach(space::giveBack);
      hold();
    }
  }

  private void append(PartitionState partition, BatchBuilder builder, boolean fresh)
      throws IOException {
    if (builder.isEmpty()) {
      return;
    }
    builder.seal();
    Part part = parts.get(partition);
    if (part == null) {
      part = begin(partition, fresh);
    } else if (fresh) {
      part.appender.beginAnew();
    }
    part.appender.append(builder, part.end, timestamp);
    part.end += builder.records();
  }

  private Part begin(PartitionState partition, boolean fresh) throws IOException {
    SegmentAppender.Staging staging = new SegmentAppender.Staging(fresh, false);
    SegmentAppender appender = new SegmentAppender(file, space, state, reader, staging, partition);
    Part part = new Part(staging, appender, partition.staged().endOffset());
    parts.put(partition, part);
    Writer.appendTail(appender, partition, timestamp);
    return part;
  }

  /**
   * Takes back what the transaction appended to each partition after so many records of it.
   *
   * @param records that each keeps; none where it is not there
   * @param batches for a partition of which less is left than that, the rest is put here
   * @throws IOException it is broken
   */
  void cutTo(Map<PartitionState, Long> records, Map<PartitionState, BatchBuilder> batches)
      throws IOException {
    Map<PartitionState, Long> fewer = new HashMap<>();
    forEach(
        (partition, written) -> {
          long kept = records.getOrDefault(partition, 0L);
          if (kept < written) {
            fewer.put(partition, kept);
          }
        });
    List<Extent> freed = new ArrayList<>();
    try {
      cutTo(fewer, batches, freed);
    } finally {
      freed.forEach(space::giveBack);
      hold();
    }
  }

  /**
   * @param batches null where no batch is to be cut into two
   */
  private void cutTo(
      Map<PartitionState, Long> records,
      @Nullable Map<PartitionState, BatchBuilder> batches,
      List<Extent> freed)
      throws IOException {
    broken = true;
    for (Map.Entry<PartitionState, Long> entry : records.entrySet()) {
      Part part = parts.get(entry.getKey());
      if (part != null) {
        BatchBuilder rest = new BatchBuilder(0);
        if (!part.cutTo(part.base + entry.getValue(), rest, freed)) {
          parts.remove(entry.getKey());
        }
        if (batches != null) {
          batches.put(entry.getKey(), rest);
        }
      }
    }
    broken = false;
  }

  /** Nobody else may be given the pages, though nothing refers to them yet. */
  private void hold() {
    List<Extent> extents = new ArrayList<>();
    parts.values().forEach(part -> extents.addAll(part.staging.allocated()));
    space.hold(parts.isEmpty() ? null : extents);
  }

  /** What the commit has to say of it; nothing may be appended any more. */
  List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Part part : parts.values()) {
      part.appender.finish();
      changes.addAll(part.staging.changes());
    }
    return changes;
  }

  /** The commit refers to the pages now. */
  void committed() {
    parts.clear();
    hold();
  }

  /** Gives the pages back. */
  void giveUp() {
    for (Part part : parts.values()) {
      part.staging.abandoned(space);
    }
    parts.clear();
    hold();
  }
}

package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.engine.Change.PositionMoved;
import io.klog.engine.Change.TopicCreated;
import io.klog.engine.Change.ViewCreated;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The file that a backup makes. It takes segments as they come; once it has all that are wanted, it
 * gets what leads to them, and is what the last to close a store leaves: an empty commit log, a
 * snapshot, two superblocks. For one thread.
 */
final class BackupFile {
  /** What is written before it is synced, so that the last sync is short: bytes. */
  private static final long SYNC_EVERY = 64L << 20;

  private static final Extent LOG = new Extent(Superblock.RESERVED.end(), CommitLog.LEAST_EXTENT);

  private final Storage storage;
  private final StorageFile file;
  private final SegmentCopy copy;
  private final Space space;
  // The segments that it has, as they lie here, by generation.
  private final Map<Long, SegmentSpan> segments = new HashMap<>();
  private long unsynced;

  BackupFile(Storage storage, StorageFile file, StorageFile source, BooleanSupplier isGivenUp)
      throws IOException {
    this.storage = storage;
    this.file = file;
    this.copy = new SegmentCopy(source, file, isGivenUp);
    this.space = new Space(file);
    space.reset(List.of(Superblock.RESERVED, LOG));
    file.write(0, new byte[(int) LOG.end()], 0, (int) LOG.end());
  }

  /** Whether it has the segment, as far as the span says. */
  boolean has(SegmentSpan span) {
    SegmentSpan there = segments.get(span.segment().generation());
    return there != null && there.end() == span.end();
  }

  /** Forgets all segments but these. */
  void retain(Set<Long> generations) {
    List<Long> gone = segments.keySet().stream().filter(g -> !generations.contains(g)).toList();
    gone.forEach(this::forget);
  }

  private void forget(long generation) {
    SegmentSpan gone = segments.remove(generation);
    if (gone != null) {
      List<Extent> extents = new ArrayList<>();
      gone.addExtents(extents);
      extents.forEach(space::giveBack);
    }
  }

  /**
   * Copies a segment, instead of what it has of it, with its key index.
   *
   * @param room for so many bytes more, if the segment has it
   * @throws io.klog.CorruptLogException where the segment is not what was written
   */
  void take(SegmentSpan span, long room) throws IOException {
    Segment segment = span.segment();
    forget(segment.generation());
    long length = Math.min(Extent.pages(span.end() + room), segment.extent().length());
    Extent extent = space.allocate(Math.max(length, Extent.pages(span.end())));
    boolean copied = false;
    try {
      copy.copy(span, extent);
      copied = true;
    } finally {
      if (!copied) {
        space.giveBack(extent);
      }
    }
    SegmentSpan there = span.in(segment.in(extent)).with(null);
    segments.put(segment.generation(), there);
    unsynced += extent.length();
    KeyIndex keys = span.keys();
    if (keys != null) {
      takeKeys(there, keys);
    }
    if (unsynced >= SYNC_EVERY) {
      file.sync();
      unsynced = 0;
    }
  }

  private void takeKeys(SegmentSpan there, KeyIndex keys) throws IOException {
    Extent extent = space.allocate(keys.extent().length());
    boolean copied = false;
    try {
      copied = copy.copy(keys, extent);
    } finally {
      if (!copied) {
        space.giveBack(extent);
      }
    }
    if (copied) {
      segments.put(there.segment().generation(), there.with(keys.in(extent)));
      unsynced += extent.length();
    }
  }

  /**
   * Makes it a store with this content, whose segments it has, and durable.
   *
   * @return its length, bytes
   */
  long finish(StoreCopy.Content content) throws IOException {
    StoreState state = state(content);
    fold(state, content);
    compact(state);
    ByteSink sink = new ByteSink(4096);
    for (Change change : state.snapshot()) {
      change.write(sink);
    }
    Extent snapshot = space.allocate(Extent.pages(sink.size()));
    file.write(snapshot.position(), sink.array(), 0, sink.size());
    Superblock superblock =
        new Superblock(
            storage.randomLong(),
            storage.randomLong(),
            1,
            0,
            true,
            new LogPosition(LOG, 0, 0, content.visible().commitId(), content.timestamp()),
            snapshot,
            sink.size(),
            Crc.of(sink.array(), 0, sink.size()),
            space.end());
    put(superblock);
    put(superblock.again());
    file.resize(space.end());
    file.sync();
    return space.end();
  }

  private void put(Superblock superblock) throws IOException {
    byte[] bytes = superblock.encode();
    file.write(Superblock.position(superblock.sequence()), bytes, 0, bytes.length);
  }

  private StoreState state(StoreCopy.Content content) {
    Publisher.Visible visible = content.visible();
    List<Change> changes = new ArrayList<>();
    visible.catalog().topics().forEach(topic -> changes.add(new TopicCreated(topic)));
    visible.catalog().views().forEach(view -> changes.add(new ViewCreated(view)));
    for (Map.Entry<PositionKey, Long> position : visible.positions()) {
      PositionKey key = position.getKey();
      changes.add(
          new PositionMoved(key.group(), key.topicId(), key.partition(), position.getValue()));
    }
    changes.add(content.counters());
    StoreState state = new StoreState();
    state.apply(changes, new Effect(visible.commitId()), new ArrayList<>());
    state.eachPartition(
        partition -> {
          PartitionView[] views = requireNonNull(visible.views().get(partition.topic().id()));
          partition.stage(views[partition.partition()].withSpans(this::placed));
        });
    return state;
  }

  private SegmentSpan placed(SegmentSpan span) {
    return requireNonNull(segments.get(span.segment().generation()));
  }

  /** What only the commit log has goes into segments. */
  private void fold(StoreState state, StoreCopy.Content content) throws IOException {
    SegmentReader reader = new SegmentReader(file);
    for (TopicState topic : state.catalog().states()) {
      for (int p = 0; p < topic.topic().partitions(); p++) {
        PartitionState partition = topic.partition(p);
        if (partition.staged().tailCount() > 0) {
          SegmentAppender.Staging staging = new SegmentAppender.Staging(false, false);
          SegmentAppender appender =
              new SegmentAppender(file, space, state, reader, staging, partition);
          Writer.appendTail(appender, partition, content.timestamp());
          appender.finish();
          state.apply(
              staging.changes(), new Effect(content.visible().commitId()), new ArrayList<>());
          cutLast(partition);
        }
      }
    }
  }

  /** A segment that was begun has room to grow. */
  private void cutLast(PartitionState partition) {
    PartitionView view = partition.staged();
    SegmentSpan last = view.span(view.spanCount() - 1);
    Extent whole = last.segment().extent();
    Extent used = new Extent(whole.position(), Extent.pages(last.end()));
    if (used.length() < whole.length()) {
      partition.stage(view.withSpan(view.spanCount() - 1, last.in(last.segment().in(used))));
      space.giveBack(new Extent(used.end(), whole.length() - used.length()));
    }
  }

  /** Where segments were forgotten there may be much room. */
  private void compact(StoreState state) throws IOException {
    Compaction compaction = new Compaction(file, space, state);
    if (compaction.isWorthIt()) {
      compaction.run();
      List<Extent> used = new ArrayList<>(state.places().extents());
      used.add(Superblock.RESERVED);
      used.add(LOG);
      space.reset(used);
    }
  }
}

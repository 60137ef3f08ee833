package io.klog.engine;

import io.klog.KeySet;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SegmentInfo;
import io.klog.Snapshot;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Views of the partitions of some topics, all as of the same commit. Immutable. */
final class StoreSnapshot implements Snapshot {
  private final Store store;
  private final Publisher.Sight sight;

  StoreSnapshot(Store store, Publisher.Sight sight) {
    this.store = store;
    this.sight = sight;
  }

  @Override
  public long startOffset(Topic topic, int partition) {
    return view(topic, partition).startOffset();
  }

  @Override
  public long endOffset(Topic topic, int partition) {
    return view(topic, partition).endOffset();
  }

  @Override
  public OptionalLong recordCount(Topic topic, int partition) {
    PartitionView view = view(topic, partition);
    return OptionalLong.of(view.endOffset() - view.startOffset());
  }

  // Offsets in a file are dense.
  @Override
  public OptionalLong recordCount(Topic topic, int partition, long from, long to) {
    PartitionView view = view(topic, partition);
    long first = Math.max(from, view.startOffset());
    return OptionalLong.of(Math.max(0, Math.min(to, view.endOffset()) - first));
  }

  @Override
  public List<SegmentInfo> segments(Topic topic, int partition) {
    PartitionView view = view(topic, partition);
    List<SegmentInfo> segments = new ArrayList<>();
    for (int i = 0; i < view.spanCount(); i++) {
      segments.add(view.span(i).info());
    }
    return segments;
  }

  @Override
  public RecordCursor scan(Topic topic, int partition, ScanRange range) {
    PartitionView view = view(topic, partition);
    ScanRange clamped =
        range.withOffsets(
            Math.max(range.fromOffset(), view.startOffset()),
            Math.min(range.toOffset(), view.endOffset()));
    return new PartitionCursor(new Source(topic, partition, view), clamped);
  }

  private final class Source implements PartitionCursor.Source {
    private final Topic topic;
    private final int partition;
    private final PartitionView view;

    Source(Topic topic, int partition, PartitionView view) {
      this.topic = topic;
      this.partition = partition;
      this.view = view;
    }

    @Override
    public BatchFeed feed(ScanRange range) {
      KeySet keys = range.keys();
      return keys == null
          ? BatchFeed.of(view, store.segmentReader(), range, store.readBuffers())
          : store.keyLookup().feed(view, range, keys);
    }

    @Override
    public long startOffset() {
      return store.startOffset(topic, partition);
    }
  }

  @Override
  public boolean awaitNews(long nanos, BooleanSupplier isGivenUp) {
    return store.awaitNews(sight, nanos, isGivenUp);
  }

  private PartitionView view(Topic topic, int partition) {
    PartitionView[] partitions = sight.views().get(topic.id());
    if (partitions == null) {
      throw new KlogException(
          Reason.INVALID_ARGUMENT, "topic " + topic.name() + " is not in the snapshot");
    }
    TopicRules.checkPartition(topic, partition);
    return partitions[partition];
  }
}

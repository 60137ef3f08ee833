package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.engine.Change.RangeWritten;
import io.klog.engine.Change.SegmentAdded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of one partition into its segments, beyond the committed end: nothing counts until
 * a commit names the ranges. Guarded by the writer's lock; made anew for each partition of a
 * commit.
 */
final class SegmentAppender {
  private final StorageFile file;
  private final Space space;
  private final StoreState state;
  private final SegmentReader reader;
  private final Staging staging;
  private final PartitionState partition;

  // The segment that is being filled; null before the first.
  private @Nullable Segment segment;
  private int from;
  private int at;
  private BlockDigest digest = new BlockDigest();
  private long endOffset;
  private long minTimestamp;
  private long maxTimestamp;
  private SegmentIndex.View known = SegmentIndex.View.EMPTY;
  private SegmentIndex.View index = SegmentIndex.View.EMPTY;
  private IndexEntries recent = new IndexEntries();

  SegmentAppender(
      StorageFile file,
      Space space,
      StoreState state,
      SegmentReader reader,
      Staging staging,
      PartitionState partition)
      throws IOException {
    this.file = file;
    this.space = space;
    this.state = state;
    this.reader = reader;
    this.staging = staging;
    this.partition = partition;
    PartitionView view = partition.staged();
    if (view.spanCount() > 0 && !staging.fresh) {
      goOn(view.span(view.spanCount() - 1));
    }
  }

  /** What a commit has written so far outside the log, to be committed or given back as a whole. */
  static final class Staging {
    private final List<Change> changes = new ArrayList<>();
    private final List<Extent> allocated = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final boolean fresh;

    /**
     * @param fresh whether to begin with new segments, whatever room the old ones have
     */
    Staging(boolean fresh) {
      this.fresh = fresh;
    }

    List<Change> changes() {
      return changes;
    }

    void committed() {
      afterCommit.forEach(Runnable::run);
    }

    void abandoned(Space space) {
      allocated.forEach(space::giveBack);
    }
  }

  /** Appends all sealed batches of the builder, the first record at {@code base}. */
  void append(BatchBuilder batches, long base, long commitTimestamp) throws IOException {
    byte[] array = batches.array();
    int run = -1; // where the batches that are not written yet start in the array
    int runAt = 0; // and where they go to in the segment
    for (int i = 0; i < batches.batches(); i++) {
      int length = batches.length(i);
      boolean indexDue = segment != null && recent.isFullFor(at);
      int needed = indexDue ? length + IndexBlock.LENGTH : length;
      if (segment == null || needed > segment.extent().length() - at) {
        flush(array, run, runAt);
        run = -1;
        finish();
        begin(base + batches.firstOrdinal(i), length, batches.size() - batches.start(i));
      } else if (indexDue) {
        flush(array, run, runAt);
        run = -1;
        appendIndex();
      }
      Segment current = current();
      batches.place(i, base, commitTimestamp, current.seed());
      note(array, batches.start(i), current);
      if (run < 0) {
        run = batches.start(i);
        runAt = at;
      }
      at += length;
    }
    flush(array, run, runAt);
  }

  private Segment current() {
    Segment current = segment;
    if (current == null) {
      throw new IllegalStateException("no segment");
    }
    return current;
  }

  private void note(byte[] array, int start, Segment current) {
    digest.add(Block.storedCrc(array, start));
    current.index().addBatch(recent, at, array, start);
    endOffset = RecordBatch.lastOffset(array, start) + 1;
    minTimestamp = Math.min(minTimestamp, RecordBatch.minTimestamp(array, start));
    maxTimestamp = Math.max(maxTimestamp, RecordBatch.maxTimestamp(array, start));
  }

  private void flush(byte[] array, int run, int runAt) throws IOException {
    if (run >= 0) {
      file.write(current().position(runAt), array, run, at - runAt);
    }
  }

  private void appendIndex() throws IOException {
    Segment current = current();
    byte[] block = IndexBlock.encode(recent, index.lastIndex(), current.seed());
    file.write(current.position(at), block, 0, block.length);
    digest.add(Block.storedCrc(block, 0));
    index = index.withBlock(recent, at);
    recent = new IndexEntries();
    at += block.length;
  }

  /** Appends to a segment that is there; not to one whose blocks are damaged. */
  private void goOn(SegmentSpan span) throws IOException {
    try {
      known = span.segment().index().covering(span, reader);
    } catch (CorruptLogException e) {
      return; // its readers will be told; what comes is not to suffer
    }
    segment = span.segment();
    index = known;
    recent = known.recent().copy();
    from = span.end();
    at = span.end();
    resetRange(span.endOffset());
  }

  private void begin(long baseOffset, int batchLength, int bytesToCome) throws IOException {
    Extent extent = allocate(batchLength, bytesToCome);
    staging.allocated.add(extent);
    Segment fresh =
        new Segment(
            partition.topic().id(),
            partition.partition(),
            state.takeGeneration(),
            extent,
            baseOffset);
    file.write(extent.position(), fresh.header(), 0, Segment.FIRST_BLOCK);
    staging.changes.add(new SegmentAdded(fresh));
    segment = fresh;
    known = SegmentIndex.View.EMPTY;
    index = known;
    recent = new IndexEntries();
    from = Segment.FIRST_BLOCK;
    at = from;
    resetRange(baseOffset);
  }

  /** Twice the segment before; more where more is to come; enough for the batch in any case. */
  private Extent allocate(int batchLength, int bytesToCome) throws IOException {
    long doubled = segment == null ? 0 : segment.extent().length() * 2;
    long wanted = Math.max(doubled, Long.highestOneBit(Math.max(1, bytesToCome - 1)) * 2);
    long bounded = Math.min(Math.max(wanted, Segment.LEAST_LENGTH), Segment.GREATEST_LENGTH);
    return space.allocate(
        Math.max(bounded, Extent.pages(Segment.FIRST_BLOCK + (long) batchLength)));
  }

  private void resetRange(long offset) {
    digest = new BlockDigest();
    endOffset = offset;
    minTimestamp = Long.MAX_VALUE;
    maxTimestamp = Long.MIN_VALUE;
  }

  /** Notes the range that was appended to the current segment, if any. */
  void finish() {
    Segment filled = segment;
    if (filled == null || at == from) {
      return;
    }
    staging.changes.add(
        new RangeWritten(
            partition.topic().id(),
            partition.partition(),
            filled.generation(),
            from,
            at,
            digest.value(),
            endOffset,
            minTimestamp,
            maxTimestamp,
            index.lastIndex()));
    SegmentIndex.View before = known;
    SegmentIndex.View after = index.withRecent(recent, at);
    staging.afterCommit.add(() -> filled.index().advance(before, after));
  }
}

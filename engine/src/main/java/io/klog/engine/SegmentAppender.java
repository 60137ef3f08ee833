package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.engine.Change.RangeWritten;
import io.klog.engine.Change.SegmentAdded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of one partition into its segments, beyond the committed end: nothing counts until
 * a commit names the ranges. Guarded by the writer's lock; made anew for each partition of a
 * commit.
 *
 * <p>What a partition has in its staging is: of the segment that was there, if it goes on in it, a
 * range; of each further one that it was added, and its range; the current one's range is only
 * noted by {@link #finish}.
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
    private final boolean keepsIndexes;

    /**
     * @param fresh whether to begin with new segments, whatever room the old ones have
     * @param keepsIndexes whether those who read find the indexes of what was written on the heap;
     *     of a lot they are to read them from the segments when they need them
     */
    Staging(boolean fresh, boolean keepsIndexes) {
      this.fresh = fresh;
      this.keepsIndexes = keepsIndexes;
    }

    List<Change> changes() {
      return changes;
    }

    List<Extent> allocated() {
      return allocated;
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
      standBehind(span);
    } catch (CorruptLogException e) {
      return; // its readers will be told; what comes is not to suffer
    }
  }

  private void standBehind(SegmentSpan span) throws IOException {
    SegmentIndex.View covering = span.segment().index().covering(span, reader);
    standAt(span.segment(), span.end(), covering, span.endOffset());
  }

  /** Nothing was appended to it yet. */
  private void standAt(Segment there, int end, SegmentIndex.View covering, long offset) {
    segment = there;
    known = covering;
    index = covering;
    recent = covering.recent().copy();
    from = end;
    at = end;
    resetRange(offset);
  }

  private void begin(long baseOffset, int batchLength, int bytesToCome) throws IOException {
    long doubled = segment == null ? 0 : segment.extent().length() * 2;
    beginAnew();
    Extent extent = allocate(doubled, batchLength, bytesToCome);
    staging.allocated.add(extent);
    Segment fresh =
        new Segment(
            partition.topic().id(),
            partition.partition(),
            state.takeGeneration(),
            extent,
            baseOffset);
    staging.changes.add(new SegmentAdded(fresh));
    file.write(extent.position(), fresh.header(), 0, Segment.FIRST_BLOCK);
    standAt(fresh, Segment.FIRST_BLOCK, SegmentIndex.View.EMPTY, baseOffset);
  }

  /** What comes goes into a new segment, whatever room the current one has. */
  void beginAnew() {
    finish();
    segment = null;
  }

  /** Twice the segment before; more where more is to come; enough for the batch in any case. */
  private Extent allocate(long doubled, int batchLength, int bytesToCome) throws IOException {
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
    if (staging.keepsIndexes) {
      SegmentIndex.View before = known;
      SegmentIndex.View after = index.withRecent(recent, at);
      staging.afterCommit.add(() -> filled.index().advance(before, after));
    }
  }

  /**
   * Takes back all records from the offset on, which is behind the first that it was given.
   *
   * @param rest takes the records before the offset whose batch holds others, too
   * @param freed takes the extents in which nothing is left
   */
  void cutTo(long offset, BatchBuilder rest, Collection<Extent> freed) throws IOException {
    int end = segment == null ? reopen() : restart();
    while (segment != null) {
      if (!isAdded() || segment.baseOffset() < offset) {
        walk(offset, end, rest);
        if (at > from || !isAdded()) {
          return;
        }
      }
      staging.changes.remove(staging.changes.size() - 1);
      staging.allocated.remove(segment.extent());
      freed.add(segment.extent());
      end = reopen();
    }
  }

  /** Whether the current segment is a new one. */
  private boolean isAdded() {
    int last = staging.changes.size() - 1;
    return last >= 0 && staging.changes.get(last) instanceof SegmentAdded;
  }

  /** Stands where it began in the current segment; returns where it was. */
  private int restart() throws IOException {
    Segment current = current();
    int end = at;
    if (isAdded()) {
      standAt(current, Segment.FIRST_BLOCK, SegmentIndex.View.EMPTY, current.baseOffset());
    } else {
      standBehind(partition.staged().span(partition.staged().spanCount() - 1));
    }
    return end;
  }

  /** Stands where it began in the segment before, if there is one; returns where it ended. */
  private int reopen() throws IOException {
    segment = null;
    int last = staging.changes.size() - 1;
    if (last < 0) {
      return 0;
    }
    int end = Segment.FIRST_BLOCK;
    if (staging.changes.get(last) instanceof RangeWritten range) {
      staging.changes.remove(last);
      end = range.to();
    }
    segment =
        isAdded()
            ? ((SegmentAdded) staging.changes.get(staging.changes.size() - 1)).segment()
            : partition.staged().span(partition.staged().spanCount() - 1).segment();
    at = end;
    return restart();
  }

  /**
   * Takes notice of the blocks from here to the end, as far as all their records are before the
   * offset. An index block belongs to the batch behind it, before which it was written.
   */
  private void walk(long offset, int end, BatchBuilder rest) throws IOException {
    byte[] header = new byte[Block.HEADER];
    for (int next = at; next < end && endOffset < offset; ) {
      Segment current = current();
      reader.read(current, next, header, 0, Block.HEADER);
      int length = reader.verifyHeader(current, next, header, 0, end);
      boolean isIndex = Block.type(header, 0) == Block.INDEX;
      if (!isIndex && RecordBatch.lastOffset(header, 0) >= offset) {
        readRest(offset, next, length, rest);
        return;
      }
      if (!isIndex) {
        if (next > at) {
          noteIndex();
        }
        note(header, 0, current);
        at = next + length;
      }
      next += length;
    }
  }

  /** The next block is an index block. */
  private void noteIndex() throws IOException {
    byte[] block = reader.readIndexBlock(current(), at, at + IndexBlock.LENGTH);
    digest.add(Block.storedCrc(block, 0));
    index = index.withBlock(IndexBlock.decode(block), at);
    recent = new IndexEntries();
    at += IndexBlock.LENGTH;
  }

  private void readRest(long offset, int position, int length, BatchBuilder rest)
      throws IOException {
    byte[] batch = new byte[length];
    reader.read(current(), position, batch, 0, length);
    reader.verifyHeader(current(), position, batch, 0, position + length);
    reader.verifyBatch(current(), position, batch, 0, length);
    long before = offset - RecordBatch.baseOffset(batch, 0);
    if (before > 0) {
      rest.appendFirst(batch, length, (int) before);
    }
  }
}

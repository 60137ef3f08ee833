package io.klog.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A segment's sparse index on the heap: read from its index blocks at first use, gone on from there
 * by walking the headers of the batches behind them. Safe for many threads; nobody waits.
 */
final class SegmentIndex {
  /** Batches that start within so many bytes share an entry. */
  static final int SPACING = 4096;

  private final Segment segment;
  // Written under this; each view covers more than the one before.
  private volatile View view = View.EMPTY;

  SegmentIndex(Segment segment) {
    this.segment = segment;
  }

  /** Entries of the segment's batches up to a position. Immutable. */
  static final class View {
    static final View EMPTY =
        new View(new IndexEntries[0], new IndexEntries(), IndexBlock.NONE, Segment.FIRST_BLOCK);

    // Full ones, as the index blocks have them.
    private final IndexEntries[] blocks;
    // Of the batches behind the last index block.
    private final IndexEntries recent;
    // Where that block starts, or IndexBlock.NONE.
    private final int lastIndex;
    // What is covered ends here.
    private final int to;

    private View(IndexEntries[] blocks, IndexEntries recent, int lastIndex, int to) {
      this.blocks = blocks;
      this.recent = recent;
      this.lastIndex = lastIndex;
      this.to = to;
    }

    IndexEntries recent() {
      return recent;
    }

    int lastIndex() {
      return lastIndex;
    }

    int count() {
      return blocks.length * IndexBlock.ENTRIES + recent.count();
    }

    int position(int i) {
      return entries(i).position(i % IndexBlock.ENTRIES);
    }

    long minTimestamp(int i) {
      return entries(i).minTimestamp(i % IndexBlock.ENTRIES);
    }

    long maxTimestamp(int i) {
      return entries(i).maxTimestamp(i % IndexBlock.ENTRIES);
    }

    long relativeOffset(int i) {
      return Integer.toUnsignedLong(entries(i).relativeOffset(i % IndexBlock.ENTRIES));
    }

    /** The last entry whose offset is not greater; 0 when all are. */
    int floor(long relativeOffset) {
      int low = 0;
      int high = blocks.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (relativeOffset(middle * IndexBlock.ENTRIES) <= relativeOffset) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      int inRecent = recent.floor(relativeOffset);
      if (inRecent >= 0) {
        return blocks.length * IndexBlock.ENTRIES + inRecent;
      }
      return high < 0 ? 0 : high * IndexBlock.ENTRIES + blocks[high].floor(relativeOffset);
    }

    private IndexEntries entries(int i) {
      int block = i / IndexBlock.ENTRIES;
      return block < blocks.length ? blocks[block] : recent;
    }

    /** With these entries instead of the recent ones, covering all up to there. */
    View withRecent(IndexEntries entries, int end) {
      return new View(blocks, entries, lastIndex, end);
    }

    /** With the recent entries made a block, which was written at that position. */
    View withBlock(IndexEntries entries, int at) {
      IndexEntries[] more = Arrays.copyOf(blocks, blocks.length + 1);
      more[blocks.length] = entries;
      return new View(more, new IndexEntries(), at, at + IndexBlock.LENGTH);
    }
  }

  /** A view that covers the span at least. */
  View covering(SegmentSpan span, SegmentReader reader) throws IOException {
    View known = view;
    while (known.to < span.end()) {
      View start = known.to == Segment.FIRST_BLOCK ? load(span, reader) : known;
      advance(known, walk(start, span, reader));
      known = view;
    }
    return known;
  }

  /** Publishes what goes on from where {@code from} ended, if the index still ends there. */
  synchronized void advance(View from, View to) {
    if (view.to == from.to) {
      view = to;
    }
  }

  private View load(SegmentSpan span, SegmentReader reader) throws IOException {
    Deque<IndexEntries> blocks = new ArrayDeque<>();
    int limit = span.end();
    for (int at = span.lastIndex(); at != IndexBlock.NONE; ) {
      byte[] block = reader.readIndexBlock(segment, at, limit);
      blocks.addFirst(IndexBlock.decode(block));
      limit = at; // the chain leads strictly backwards, whatever the bytes say
      at = IndexBlock.previous(block);
    }
    return blocks.isEmpty()
        ? View.EMPTY
        : new View(
            blocks.toArray(IndexEntries[]::new),
            new IndexEntries(),
            span.lastIndex(),
            span.lastIndex() + IndexBlock.LENGTH);
  }

  private View walk(View start, SegmentSpan span, SegmentReader reader) throws IOException {
    View result = start;
    IndexEntries recent = start.recent.copy();
    byte[] header = new byte[Block.HEADER];
    int at = start.to;
    while (at < span.end()) {
      reader.read(segment, at, header, 0, Block.HEADER);
      int length = reader.verifyHeader(segment, at, header, 0, span.end());
      if (Block.type(header, 0) == Block.INDEX) {
        byte[] block = reader.readIndexBlock(segment, at, span.end());
        result = result.withBlock(IndexBlock.decode(block), at);
        recent = new IndexEntries();
      } else {
        addBatch(recent, at, header, 0);
      }
      at += length;
    }
    return result.withRecent(recent, at);
  }

  /** Notes the batch whose header is in the array. */
  void addBatch(IndexEntries entries, int at, byte[] bytes, int start) {
    entries.addBatch(
        at,
        (int) (RecordBatch.baseOffset(bytes, start) - segment.baseOffset()),
        RecordBatch.minTimestamp(bytes, start),
        RecordBatch.maxTimestamp(bytes, start));
  }
}

package io.klog.engine;

import io.klog.KlogException;
import io.klog.engine.RecordingStorage.Event;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a write to a klog file is, told from its bytes alone, by what FORMAT.md says. */
enum Structure {
  CREATION,
  SUPERBLOCK,
  CLOSING_SUPERBLOCK,
  SHARED_PAGE,
  SNAPSHOT,
  LOG_EXTENT,
  LINK,
  EPOCH,
  INLINE_COMMIT,
  STAGED_COMMIT,
  FOLD,
  POSITION,
  GROUP_MEMBERS,
  GROUP_DROPPED,
  TOPIC_CREATED,
  TOPIC_DROPPED,
  TOPIC_ALTERED,
  VIEW,
  RECORDS_DELETED,
  SEGMENT_ADDED,
  SEGMENT_HEADER,
  BATCH,
  INDEX,
  MOVED_SEGMENT,
  KEY_INDEX,
  KEYS_INDEXED,
  GROWTH,
  TRIM,

  /** Not of a klog file, or where a long segment that is moved goes on. */
  OTHER;

  /** Reads a recording from its begin, in order. */
  static final class Reader {
    private static final long SHARED = 2L * Extent.PAGE;

    private long size;

    /** Of each partition, as the newest commit says: a fold leaves it where it is. */
    private final Map<PartitionKey, Long> ends = new HashMap<>();

    private record PartitionKey(long topicId, int partition) {}

    /**
     * @param size of the file when the recording began
     */
    Reader(long size) {
      this.size = size;
    }

    Set<Structure> read(Event change) {
      Set<Structure> found = EnumSet.noneOf(Structure.class);
      long next = change.sizeAfter(size);
      if (next != size) {
        found.add(next < size ? TRIM : GROWTH);
      }
      size = next;
      if (change.kind == Event.Kind.WRITE) {
        try {
          read(change.position, change.bytes, found);
        } catch (KlogException | IndexOutOfBoundsException e) {
          found.add(OTHER); // it does not go on as it begins
        }
      }
      return found;
    }

    private void read(long position, byte[] bytes, Set<Structure> found) {
      if (position < SHARED && position + bytes.length > SHARED) {
        found.add(CREATION);
      } else if (position < SHARED) {
        boolean closing = Superblock.choose("", bytes).closed();
        found.add(closing ? CLOSING_SUPERBLOCK : SUPERBLOCK);
      } else if (position < SHARED + Extent.PAGE) {
        found.add(SHARED_PAGE);
      } else if (isZero(bytes)) {
        found.add(LOG_EXTENT);
      } else if (isRecord(bytes, 0)) {
        readRecords(bytes, found);
      } else if (isBlock(bytes, 0)) {
        readBlocks(bytes, found);
      } else {
        ByteSource source = new ByteSource("", 0, bytes, 0, bytes.length);
        while (source.hasMore()) {
          Change.read(source);
        }
        found.add(SNAPSHOT);
      }
    }

    private static boolean isZero(byte[] bytes) {
      for (byte b : bytes) {
        if (b != 0) {
          return false;
        }
      }
      return bytes.length % Extent.PAGE == 0;
    }

    private static boolean isRecord(byte[] bytes, int at) {
      if (bytes.length - at < CommitRecord.PAYLOAD) {
        return false;
      }
      int length = LittleEndian.getInt(bytes, at + CommitRecord.LENGTH);
      int padding =
          length
              - CommitRecord.PAYLOAD
              - LittleEndian.getInt(bytes, at + CommitRecord.PAYLOAD_LENGTH);
      return padding >= 0 && padding < CommitRecord.ALIGNMENT && length <= bytes.length - at;
    }

    private void readRecords(byte[] bytes, Set<Structure> found) {
      for (int at = 0; at < bytes.length && isRecord(bytes, at); ) {
        switch (bytes[at + CommitRecord.KIND]) {
          case CommitRecord.LINK -> found.add(LINK);
          case CommitRecord.EPOCH -> found.add(EPOCH);
          default -> readCommit(bytes, at, found);
        }
        at += LittleEndian.getInt(bytes, at + CommitRecord.LENGTH);
      }
    }

    private void readCommit(byte[] bytes, int at, Set<Structure> found) {
      int payload = at + CommitRecord.PAYLOAD;
      int end = payload + LittleEndian.getInt(bytes, at + CommitRecord.PAYLOAD_LENGTH);
      ByteSource source = new ByteSource("", 0, bytes, payload, end);
      boolean ranges = false;
      boolean moreRecords = false;
      boolean positions = false;
      while (source.hasMore()) {
        Change change = Change.read(source);
        if (change instanceof Change.BatchInlined inlined) {
          found.add(INLINE_COMMIT);
          ends.put(
              new PartitionKey(inlined.topicId(), inlined.partition()),
              RecordBatch.lastOffset(inlined.batch().array(), inlined.batch().start()) + 1);
        } else if (change instanceof Change.RangeWritten range) {
          Long before =
              ends.put(new PartitionKey(range.topicId(), range.partition()), range.endOffset());
          ranges = true;
          moreRecords |= before == null || before != range.endOffset();
        } else if (change instanceof Change.PositionMoved) {
          positions = true;
        } else if (change instanceof Change.SegmentAdded) {
          found.add(SEGMENT_ADDED);
        } else if (change instanceof Change.TopicCreated) {
          found.add(TOPIC_CREATED);
        } else if (change instanceof Change.TopicDropped) {
          found.add(TOPIC_DROPPED);
        } else if (change instanceof Change.TopicAltered) {
          found.add(TOPIC_ALTERED);
        } else if (change instanceof Change.ViewCreated || change instanceof Change.ViewDropped) {
          found.add(VIEW);
        } else if (change instanceof Change.RecordsDeleted) {
          found.add(RECORDS_DELETED);
        } else if (change instanceof Change.MembersAssigned) {
          found.add(GROUP_MEMBERS);
        } else if (change instanceof Change.GroupDropped) {
          found.add(GROUP_DROPPED);
        } else if (change instanceof Change.KeysIndexed) {
          found.add(KEYS_INDEXED);
        }
      }
      if (positions) {
        found.add(POSITION);
      }
      if (ranges) {
        found.add(moreRecords ? STAGED_COMMIT : FOLD);
      }
    }

    private static boolean isBlock(byte[] bytes, int at) {
      if (bytes.length - at < Block.HEADER) {
        return false;
      }
      int length = Block.length(bytes, at);
      byte type = Block.type(bytes, at);
      return type >= Block.BATCH
          && type <= Block.KEY_INDEX
          && length >= Block.HEADER
          && length <= bytes.length - at;
    }

    /** What a segment that is moved begins with, others have as a write of its own. */
    private static void readBlocks(byte[] bytes, Set<Structure> found) {
      if (Block.type(bytes, 0) == Block.SEGMENT_HEADER) {
        found.add(bytes.length == Segment.FIRST_BLOCK ? SEGMENT_HEADER : MOVED_SEGMENT);
        return;
      }
      if (Block.type(bytes, 0) == Block.KEY_INDEX) {
        found.add(KEY_INDEX);
        return;
      }
      for (int at = 0; at < bytes.length && isBlock(bytes, at); ) {
        found.add(Block.type(bytes, at) == Block.INDEX ? INDEX : BATCH);
        at += Block.length(bytes, at);
      }
    }
  }
}

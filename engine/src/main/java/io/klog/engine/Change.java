package io.klog.engine;

import io.klog.Column;
import io.klog.Topic;
import io.klog.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a commit changes; a checkpoint's snapshot is a list of changes too, those that make its
 * state from nothing. Applied in order.
 *
 * <pre>
 * Change => Tag Body        Tag : u8
 *   1 TopicCreated    => TopicId Name Partitions OptionCount (Name Value)* ColumnCount Column*
 *   2 TopicDropped    => TopicId
 *   3 SegmentAdded    => TopicId Partition Generation Page Pages BaseOffset
 *   4 RangeWritten    => TopicId Partition Generation From To Digest EndOffset MinTimestamp
 *                        MaxTimestamp LastIndex
 *   5 BatchInlined    => TopicId Partition RecordBatch
 *   6 PositionMoved   => Group TopicId Partition Offset
 *   7 Counters        => NextTopicId NextGeneration CatalogVersion
 *   8 MembersAssigned => Group TopicId Epoch MemberCount Member* PartitionCount Owner*
 *   9 GroupDropped    => Group
 *  10 TopicAltered    => as TopicCreated
 *  11 ViewCreated     => Name Sql
 *  12 ViewDropped     => Name
 *  13 RecordsDeleted  => TopicId Partition Offset
 *  14 KeysIndexed     => TopicId Partition Generation Page Pages Digest
 * Column => Name Type Flags
 *   Type  : a text that the layer above understands
 *   Flags : u8, 1 for the column that is the record's key, 2 for one that may be NULL
 * Member => Id Slot Process MaxPollInterval
 *   Id      : a text, unlike any other member's
 *   Slot    : u8, of the member's process in page 2
 *   Process : u64, the token of that slot while the process has the file open
 *   MaxPollInterval : ms
 * Owner : 0 nobody, else one more than the index of the member that reads the partition
 * </pre>
 *
 * Numbers are varints, timestamps signed ones, texts a length and UTF-8; Digest is a u32.
 */
sealed interface Change {
  int KEY_COLUMN = 1;
  int NULLABLE = 2;

  void write(ByteSink sink);

  private static void writeTopic(ByteSink sink, Topic topic) {
    sink.putVarint(topic.id());
    sink.putString(topic.name());
    sink.putVarint(topic.partitions());
    sink.putVarint(topic.options().size());
    topic.options().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            option -> {
              sink.putString(option.getKey());
              sink.putString(option.getValue());
            });
    writeColumns(sink, topic.columns());
  }

  private static Topic readTopic(ByteSource source) {
    long id = source.getVarint("a topic id", Long.MAX_VALUE);
    String name = source.getString();
    int partitions = source.getCount("partitions", TopicState.MAX_PARTITIONS);
    int count = source.getCount("options", Short.MAX_VALUE);
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      options.put(source.getString(), source.getString());
    }
    return new Topic(id, name, partitions, options, readColumns(source));
  }

  private static void writeColumns(ByteSink sink, List<Column> columns) {
    sink.putVarint(columns.size());
    for (Column column : columns) {
      sink.putString(column.name());
      sink.putString(column.type());
      sink.putByte((column.isKey() ? KEY_COLUMN : 0) | (column.isNullable() ? NULLABLE : 0));
    }
  }

  private static List<Column> readColumns(ByteSource source) {
    int count = source.getCount("columns", TopicRules.MAX_COLUMNS);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = source.getString();
      String type = source.getString();
      int flags = source.getByte();
      if ((flags & ~(KEY_COLUMN | NULLABLE)) != 0) {
        throw source.corrupt("a column's flags, 0 to " + (KEY_COLUMN | NULLABLE), flags);
      }
      columns.add(new Column(name, type, (flags & KEY_COLUMN) != 0, (flags & NULLABLE) != 0));
    }
    return columns;
  }

  /** A topic is there, with empty partitions. */
  record TopicCreated(Topic topic) implements Change {
    static final int TAG = 1;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      writeTopic(sink, topic);
    }

    static TopicCreated read(ByteSource source) {
      return new TopicCreated(readTopic(source));
    }
  }

  /** A topic is gone, with its segments and all groups' positions in it. */
  record TopicDropped(long topicId) implements Change {
    static final int TAG = 2;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(topicId);
    }

    static TopicDropped read(ByteSource source) {
      return new TopicDropped(source.getVarint("a topic id", Long.MAX_VALUE));
    }
  }

  /** A partition has one more segment, empty; the one before is sealed. */
  record SegmentAdded(Segment segment) implements Change {
    static final int TAG = 3;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(segment.topicId());
      sink.putVarint(segment.partition());
      sink.putVarint(segment.generation());
      sink.putVarint(segment.extent().position() / Extent.PAGE);
      sink.putVarint(segment.extent().length() / Extent.PAGE);
      sink.putVarint(segment.baseOffset());
    }

    static SegmentAdded read(ByteSource source) {
      long topicId = source.getVarint("a topic id", Long.MAX_VALUE);
      int partition = source.getCount("a partition", TopicState.MAX_PARTITIONS);
      long generation = source.getVarint("a generation", Long.MAX_VALUE);
      Extent extent = readExtent(source);
      long baseOffset = source.getVarint("an offset", Long.MAX_VALUE);
      return new SegmentAdded(new Segment(topicId, partition, generation, extent, baseOffset));
    }
  }

  /**
   * The partition's last segment is filled further. What the partition's tail had before {@code
   * endOffset} is in the range: it was folded.
   *
   * @param from within the segment, where it ended before
   * @param digest CRC-32C of the checksums of the range's blocks, one behind the other; {@link
   *     #NO_DIGEST} in a snapshot, whose ranges were synced before it was written
   * @param minTimestamp of the range's records, as in {@link SegmentSpan}
   */
  record RangeWritten(
      long topicId,
      int partition,
      long generation,
      int from,
      int to,
      int digest,
      long endOffset,
      long minTimestamp,
      long maxTimestamp,
      int lastIndex)
      implements Change {
    static final int TAG = 4;
    static final int NO_DIGEST = 0;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(topicId);
      sink.putVarint(partition);
      sink.putVarint(generation);
      sink.putVarint(from);
      sink.putVarint(to);
      sink.putInt(digest);
      sink.putVarint(endOffset);
      sink.putSignedVarint(minTimestamp);
      sink.putSignedVarint(maxTimestamp);
      sink.putVarint(lastIndex);
    }

    static RangeWritten read(ByteSource source) {
      return new RangeWritten(
          source.getVarint("a topic id", Long.MAX_VALUE),
          source.getCount("a partition", TopicState.MAX_PARTITIONS),
          source.getVarint("a generation", Long.MAX_VALUE),
          source.getCount("a position", (int) Segment.GREATEST_LENGTH),
          source.getCount("a position", (int) Segment.GREATEST_LENGTH),
          source.getInt(),
          source.getVarint("an offset", Long.MAX_VALUE),
          source.getSignedVarint(),
          source.getSignedVarint(),
          source.getCount("a position", (int) Segment.GREATEST_LENGTH));
    }
  }

  /** A partition's tail has one more batch. */
  record BatchInlined(long topicId, int partition, TailBatch batch) implements Change {
    static final int TAG = 5;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(topicId);
      sink.putVarint(partition);
      sink.putBytes(batch.array(), batch.start(), batch.length());
    }

    static BatchInlined read(ByteSource source) {
      long topicId = source.getVarint("a topic id", Long.MAX_VALUE);
      int partition = source.getCount("a partition", TopicState.MAX_PARTITIONS);
      byte[] lengthBytes = source.peek(Integer.BYTES);
      int length = LittleEndian.getInt(lengthBytes, 0);
      if (length < Block.HEADER) {
        throw source.corrupt("a batch of at least " + Block.HEADER + " bytes", "" + length);
      }
      byte[] bytes = source.getBytes(length);
      byte[] seed = BlockSeed.of(topicId, partition, BlockSeed.INLINE);
      if (!Block.crcHolds(bytes, 0, seed) || !RecordBatch.bodyCrcHolds(bytes, 0, length)) {
        throw source.corrupt("an inline batch with its checksums", "another");
      }
      return new BatchInlined(topicId, partition, new TailBatch(bytes, 0));
    }
  }

  /** A group goes on at this offset. */
  record PositionMoved(String group, long topicId, int partition, long offset) implements Change {
    static final int TAG = 6;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putString(group);
      sink.putVarint(topicId);
      sink.putVarint(partition);
      sink.putVarint(offset);
    }

    static PositionMoved read(ByteSource source) {
      return new PositionMoved(
          source.getString(),
          source.getVarint("a topic id", Long.MAX_VALUE),
          source.getCount("a partition", TopicState.MAX_PARTITIONS),
          source.getVarint("an offset", Long.MAX_VALUE));
    }
  }

  /**
   * The group has these members, and no others, that read the topic; each partition is one's. Of
   * those who have the file open only: at rest there are none.
   */
  record MembersAssigned(GroupKey key, GroupAssignment assignment) implements Change {
    static final int TAG = 8;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putString(key.group());
      sink.putVarint(key.topicId());
      sink.putVarint(assignment.epoch());
      sink.putVarint(assignment.members().size());
      for (GroupAssignment.Member member : assignment.members()) {
        sink.putString(member.id());
        sink.putByte(member.slot());
        sink.putInt((int) member.process());
        sink.putInt((int) (member.process() >>> Integer.SIZE));
        sink.putVarint(member.maxPollMillis());
      }
      sink.putVarint(assignment.owners().length);
      for (int owner : assignment.owners()) {
        sink.putVarint(owner - GroupAssignment.NOBODY);
      }
    }

    static MembersAssigned read(ByteSource source) {
      String group = source.getString();
      long topicId = source.getVarint("a topic id", Long.MAX_VALUE);
      long epoch = source.getVarint("an epoch", Long.MAX_VALUE);
      int memberCount = source.getCount("members", Short.MAX_VALUE);
      List<GroupAssignment.Member> members = new ArrayList<>();
      for (int i = 0; i < memberCount; i++) {
        members.add(readMember(source));
      }
      int partitions = source.getCount("partitions", TopicState.MAX_PARTITIONS);
      int[] owners = new int[Math.min(partitions, source.remaining())];
      for (int p = 0; p < partitions; p++) {
        owners[p] = source.getCount("an owner", memberCount) + GroupAssignment.NOBODY;
      }
      return new MembersAssigned(
          new GroupKey(group, topicId), new GroupAssignment(epoch, members, owners));
    }

    private static GroupAssignment.Member readMember(ByteSource source) {
      String id = source.getString();
      int slot = source.getByte();
      if (slot >= SharedPage.SLOTS) {
        throw source.corrupt("a slot below " + SharedPage.SLOTS, slot);
      }
      long process = Integer.toUnsignedLong(source.getInt());
      process |= (long) source.getInt() << Integer.SIZE;
      return new GroupAssignment.Member(
          id, slot, process, source.getVarint("an interval", Long.MAX_VALUE));
    }
  }

  /** A group is gone, with its positions in all topics. */
  record GroupDropped(String group) implements Change {
    static final int TAG = 9;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putString(group);
    }

    static GroupDropped read(ByteSource source) {
      return new GroupDropped(source.getString());
    }
  }

  /** A topic has other options, or more columns; its name and its partitions stay. */
  record TopicAltered(Topic topic) implements Change {
    static final int TAG = 10;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      writeTopic(sink, topic);
    }

    static TopicAltered read(ByteSource source) {
      return new TopicAltered(readTopic(source));
    }
  }

  /** A view is there, in the place of one of that name, if there is one. */
  record ViewCreated(View view) implements Change {
    static final int TAG = 11;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putString(view.name());
      sink.putString(view.sql());
    }

    static ViewCreated read(ByteSource source) {
      return new ViewCreated(new View(source.getString(), source.getString()));
    }
  }

  /** A view is gone. */
  record ViewDropped(String name) implements Change {
    static final int TAG = 12;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putString(name);
    }

    static ViewDropped read(ByteSource source) {
      return new ViewDropped(source.getString());
    }
  }

  /**
   * The partition starts at this offset; segments that end before it are gone. In a snapshot it
   * comes before the partition's segments, and says where one ends that has none.
   */
  record RecordsDeleted(long topicId, int partition, long offset) implements Change {
    static final int TAG = 13;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(topicId);
      sink.putVarint(partition);
      sink.putVarint(offset);
    }

    static RecordsDeleted read(ByteSource source) {
      return new RecordsDeleted(
          source.getVarint("a topic id", Long.MAX_VALUE),
          source.getCount("a partition", TopicState.MAX_PARTITIONS),
          source.getVarint("an offset", Long.MAX_VALUE));
    }
  }

  /**
   * A sealed segment has a key index.
   *
   * @param extent holds the index, and nothing else
   * @param digest CRC-32C of the extent's bytes
   */
  record KeysIndexed(long topicId, int partition, long generation, Extent extent, int digest)
      implements Change {
    static final int TAG = 14;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(topicId);
      sink.putVarint(partition);
      sink.putVarint(generation);
      sink.putVarint(extent.position() / Extent.PAGE);
      sink.putVarint(extent.length() / Extent.PAGE);
      sink.putInt(digest);
    }

    static KeysIndexed read(ByteSource source) {
      return new KeysIndexed(
          source.getVarint("a topic id", Long.MAX_VALUE),
          source.getCount("a partition", TopicState.MAX_PARTITIONS),
          source.getVarint("a generation", Long.MAX_VALUE),
          readExtent(source),
          source.getInt());
    }
  }

  /** At most a segment's length: an entry of an index is shorter than the record it is of. */
  private static Extent readExtent(ByteSource source) {
    long page = source.getVarint("a page", Long.MAX_VALUE / Extent.PAGE - Integer.MAX_VALUE);
    long pages = source.getVarint("pages", Segment.GREATEST_LENGTH / Extent.PAGE);
    if (pages == 0) {
      throw source.corrupt("at least a page", "none");
    }
    return new Extent(page * Extent.PAGE, pages * Extent.PAGE);
  }

  /**
   * What is never given out twice; only in a snapshot, for the changes themselves tell the rest.
   */
  record Counters(long nextTopicId, long nextGeneration, long catalogVersion) implements Change {
    static final int TAG = 7;

    @Override
    public void write(ByteSink sink) {
      sink.putByte(TAG);
      sink.putVarint(nextTopicId);
      sink.putVarint(nextGeneration);
      sink.putVarint(catalogVersion);
    }

    static Counters read(ByteSource source) {
      return new Counters(
          source.getVarint("a topic id", Long.MAX_VALUE),
          source.getVarint("a generation", Long.MAX_VALUE),
          source.getVarint("a catalog version", Long.MAX_VALUE));
    }
  }

  static Change read(ByteSource source) {
    int tag = source.getByte();
    return switch (tag) {
      case TopicCreated.TAG -> TopicCreated.read(source);
      case TopicDropped.TAG -> TopicDropped.read(source);
      case SegmentAdded.TAG -> SegmentAdded.read(source);
      case RangeWritten.TAG -> RangeWritten.read(source);
      case BatchInlined.TAG -> BatchInlined.read(source);
      case PositionMoved.TAG -> PositionMoved.read(source);
      case Counters.TAG -> Counters.read(source);
      case MembersAssigned.TAG -> MembersAssigned.read(source);
      case GroupDropped.TAG -> GroupDropped.read(source);
      case TopicAltered.TAG -> TopicAltered.read(source);
      case ViewCreated.TAG -> ViewCreated.read(source);
      case ViewDropped.TAG -> ViewDropped.read(source);
      case RecordsDeleted.TAG -> RecordsDeleted.read(source);
      case KeysIndexed.TAG -> KeysIndexed.read(source);
      default -> throw source.corrupt("a change of a tag that there is", "tag " + tag);
    };
  }
}

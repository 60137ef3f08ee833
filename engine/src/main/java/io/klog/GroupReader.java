package io.klog;

import io.klog.KlogException.Reason;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic for a consumer group: the partitions that its member has, each from where the group
 * stands. What the caller is {@link #done} with is committed by his transaction ({@link #addTo});
 * until then it can be read again ({@link #rewind}). For one thread at a time.
 */
public final class GroupReader implements AutoCloseable {
  /** How often the member polls while there is something to read, ns. */
  private static final long POLL = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long NOT_OWNED = -2;
  private static final int NONE = -1;
  private static final int SEVERAL = -2;

  private final LogStore store;
  private final GroupMember member;
  private final Topic topic;
  private final OffsetReset reset;

  // By partition: the committed offset, the one that reading began with since, the one after the
  // last record read, and the one after the last that the caller was done with. NOT_OWNED where
  // another member reads.
  private final long[] committed;
  private final long[] begun;
  private final long[] read;
  private final long[] done;

  private int[] owned = {};
  private @Nullable Snapshot snapshot;
  private int at;
  private @Nullable RecordCursor record;
  private int partition;
  // The partition that was read since the caller was done; SEVERAL where there is more than one.
  private int touched = NONE;
  private long polled;
  private long skipped;

  /** The reader leaves the group when it is closed. */
  public GroupReader(LogStore store, GroupMember member, OffsetReset reset) {
    this.store = store;
    this.member = member;
    this.topic = member.topic();
    this.reset = reset;
    this.committed = new long[topic.partitions()];
    Arrays.fill(committed, NOT_OWNED);
    this.begun = committed.clone();
    this.read = committed.clone();
    this.done = committed.clone();
  }

  public GroupMember member() {
    return member;
  }

  /**
   * Waits until one of the readers has something to read.
   *
   * @param nanos how long at most; 0 to look only
   * @param mayCommit see {@link #advance}
   * @param isGivenUp see {@link Snapshot#awaitNews}
   * @return false when there was nothing in that time
   * @throws KlogException FENCED when a member was evicted; as {@link #advance}
   */
  public static boolean await(
      LogStore store,
      Collection<GroupReader> readers,
      long nanos,
      boolean mayCommit,
      BooleanSupplier isGivenUp) {
    List<Topic> topics = readers.stream().map(reader -> reader.topic).toList();
    long start = System.nanoTime();
    while (true) {
      Snapshot newest = store.snapshot(topics);
      boolean any = false;
      for (GroupReader reader : readers) {
        any |= reader.advance(newest, mayCommit);
      }
      long left = nanos - (System.nanoTime() - start);
      if (any || left <= 0 || isGivenUp.getAsBoolean() || Thread.currentThread().isInterrupted()) {
        return any;
      }
      newest.awaitNews(Math.min(left, POLL), isGivenUp);
    }
  }

  /**
   * Goes on with what the snapshot shows of the partitions that the member has now. Done at first,
   * and whenever there is a newer snapshot.
   *
   * @param mayCommit whether the place where a group begins that starts at the end may be committed
   *     at once; else it is with what is read
   * @return whether there is something to read
   * @throws KlogException FENCED when the member was evicted; OFFSET_OUT_OF_RANGE when the group
   *     has no position that can be read from, and may begin nowhere else
   */
  public boolean advance(Snapshot newest, boolean mayCommit) {
    poll(newest, mayCommit);
    snapshot = newest;
    restart();
    for (int p : owned) {
      if (read[p] < newest.endOffset(topic, p)) {
        return true;
      }
    }
    return false;
  }

  private void poll(Snapshot newest, boolean mayCommit) {
    polled = System.nanoTime();
    int[] before = owned;
    owned = member.poll(this::isBusy);
    if (owned != before) {
      for (int p : before) {
        if (Arrays.binarySearch(owned, p) < 0) {
          take(p, NOT_OWNED);
        }
      }
      for (int p : owned) {
        if (committed[p] == NOT_OWNED) {
          take(p, member.position(p));
        }
      }
    }
    boolean uncommitted = false;
    for (int p : owned) {
      begin(p, newest);
      uncommitted |= committed[p] == GroupMember.NO_POSITION;
    }
    if (uncommitted && mayCommit) {
      commitBeginning();
    }
  }

  /** Nothing is to be read just now, but the member is at work. */
  public void touch() {
    member.touch();
  }

  private void take(int p, long position) {
    committed[p] = position;
    begun[p] = position;
    goTo(p, position);
  }

  private void goTo(int p, long offset) {
    read[p] = offset;
    done[p] = offset;
  }

  /** Whether more of it is read than committed. */
  private boolean isBusy(int p) {
    return read[p] != committed[p];
  }

  /** Finds where to begin, and goes on at the log's start where that has passed the position. */
  private void begin(int p, Snapshot newest) {
    long start = newest.startOffset(topic, p);
    if (read[p] >= start) {
      return;
    }
    if (reset == OffsetReset.NONE) {
      throw gone(p);
    }
    if (read[p] != GroupMember.NO_POSITION) {
      skipped += start - read[p];
      goTo(p, start);
      return;
    }
    if (reset == OffsetReset.LATEST) {
      goTo(p, newest.endOffset(topic, p));
    } else {
      goTo(p, start);
      committed[p] = start; // nobody has to remember that
    }
    begun[p] = read[p];
  }

  private KlogException gone(int p) {
    return new KlogException(
        Reason.OFFSET_OUT_OF_RANGE,
        "consumer group "
            + member.group()
            + (read[p] == GroupMember.NO_POSITION
                ? " has no position"
                : " stands at offset " + read[p] + ", which is gone,")
            + " in partition "
            + p
            + " of topic "
            + topic.name()
            + ", and auto.offset.reset=none");
  }

  /** A group that begins at the end has begun, whatever becomes of what it reads. */
  private void commitBeginning() {
    try (Transaction beginning = store.begin(SyncLevel.NORMAL)) {
      for (int p : owned) {
        if (committed[p] == GroupMember.NO_POSITION) {
          beginning.position(member, p, begun[p]);
        }
      }
      beginning.commit();
    }
    for (int p : owned) {
      if (committed[p] == GroupMember.NO_POSITION) {
        committed[p] = begun[p];
      }
    }
  }

  /**
   * Whether the member has to poll: {@link #next} does. What is committed by then can be given up.
   */
  public boolean isPollDue() {
    return System.nanoTime() - polled >= POLL;
  }

  /**
   * Steps to the next record.
   *
   * @return false when all that the last snapshot shows was read; there may be more after {@link
   *     #advance}
   */
  public boolean next() {
    return next(isPollDue());
  }

  /**
   * The same for one who has just asked {@link #isPollDue}: reading a clock costs as a row does.
   */
  public boolean next(boolean pollDue) {
    if (pollDue && snapshot != null) {
      int[] before = owned;
      poll(snapshot, false);
      if (owned != before) {
        restart();
      }
    }
    RecordCursor current = record;
    while (current == null || !current.next()) {
      current = nextPartition(current);
      if (current == null) {
        return false;
      }
    }
    if (current.offset() > read[partition]) {
      noticeSkipped(current);
    }
    readTo(current.offset() + 1);
    return true;
  }

  /** Offsets have gaps; here there may be records that were deleted while they were read. */
  private void noticeSkipped(RecordCursor current) {
    long gone = current.takeSkipped();
    if (gone > 0 && reset == OffsetReset.NONE) {
      throw gone(partition);
    }
    skipped += gone;
  }

  private void readTo(long offset) {
    read[partition] = offset;
    if (touched != partition) {
      touched = touched == NONE ? partition : SEVERAL;
    }
  }

  private @Nullable RecordCursor nextPartition(@Nullable RecordCursor current) {
    Snapshot seen = snapshot;
    if (current != null && seen != null) {
      noticeSkipped(current);
      current.close();
      record = null;
      long end = seen.endOffset(topic, partition);
      if (read[partition] < end) {
        readTo(end); // offsets have gaps, perhaps before the end
      }
    }
    while (seen != null && at < owned.length) {
      partition = owned[at++];
      if (read[partition] < seen.endOffset(topic, partition)) {
        record = seen.scan(topic, partition, ScanRange.from(read[partition]));
        return record;
      }
    }
    return null;
  }

  /** Begins with the first partition again, each from what was read of it. */
  private void restart() {
    RecordCursor current = record;
    if (current != null) {
      current.close();
      record = null;
    }
    at = 0;
  }

  /** The current record, after {@link #next} was true; the reader's own. */
  public RecordCursor record() {
    RecordCursor current = record;
    if (current == null) {
      throw new IllegalStateException("there is no current record");
    }
    return current;
  }

  /** Of the current record. */
  public int partition() {
    return partition;
  }

  /** The caller is done with all that was read. */
  public void done() {
    if (touched >= 0) {
      done[touched] = read[touched];
    } else if (touched == SEVERAL) {
      System.arraycopy(read, 0, done, 0, read.length);
    }
    touched = NONE;
  }

  /** Goes back to where the caller was done. */
  public void undo() {
    System.arraycopy(done, 0, read, 0, read.length);
    touched = NONE;
    restart();
  }

  /** Whether the caller is done with something that is not committed. */
  public boolean isMoved() {
    for (int p : owned) {
      if (done[p] != committed[p]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Moves the group's positions behind all that the caller is done with when it commits.
   *
   * @param again those, too, that are committed already
   */
  public void addTo(Transaction transaction, boolean again) {
    for (int p : owned) {
      if (again || done[p] != committed[p]) {
        transaction.position(member, p, done[p]);
      }
    }
  }

  /** The transaction was committed. */
  public void committed() {
    System.arraycopy(done, 0, committed, 0, done.length);
    System.arraycopy(done, 0, begun, 0, done.length);
  }

  /** Goes back to what is committed, or to where it began. */
  public void rewind() {
    for (int p : owned) {
      goTo(p, begun[p]);
    }
    touched = NONE;
    restart();
  }

  /** What was read so far, to go back to with {@link #rewindTo}. */
  public Mark mark() {
    return new Mark(read.clone());
  }

  /** Whether it would stay where it is by that. */
  public boolean isAt(Mark mark) {
    for (int p : owned) {
      if (read[p] != markedOrBegun(mark, p)) {
        return false;
      }
    }
    return true;
  }

  /** What the member got, or committed, since begins later than was marked. */
  private long markedOrBegun(Mark mark, int p) {
    return Math.max(mark.read[p], begun[p]);
  }

  /** Goes back to what was read then, in the partitions that the member still has. */
  public void rewindTo(Mark mark) {
    for (int p : owned) {
      goTo(p, markedOrBegun(mark, p));
    }
    touched = NONE;
    restart();
  }

  /** A place to go back to. */
  public static final class Mark {
    private final long[] read;

    private Mark(long[] read) {
      this.read = read;
    }
  }

  /** How many offsets were passed over since the last call, because their records were gone. */
  public long takeSkipped() {
    long taken = skipped;
    skipped = 0;
    return taken;
  }

  @Override
  public void close() {
    restart();
    member.close();
  }
}

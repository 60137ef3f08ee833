package io.klog.sql;

import io.klog.GroupMember;
import io.klog.LogStore;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The consumer groups that a session reads, and how far it has read in each: with autocommit off
 * that is part of its transaction. A group stays joined while a cursor of it is open or positions
 * of it wait for the commit.
 */
final class ConsumerGroups {
  private record Key(String group, long topicId) {}

  /** How far a group has read a topic. */
  static final class Progress {
    private static final int UNTOUCHED = -1;
    private static final int SEVERAL = -2;

    private final GroupMember member;

    /** By partition: the offset that was committed, and the one after the last record read. */
    private final long[] committed;

    private final long[] read;

    /** What was read when the last row was returned. */
    private final long[] returned;

    // The partition that was read since; SEVERAL where there is more than one.
    private int touched = UNTOUCHED;
    private @Nullable GroupCursor owner;

    private Progress(GroupMember member, Snapshot snapshot) {
      this.member = member;
      Topic topic = member.topic();
      this.committed = new long[topic.partitions()];
      for (int p = 0; p < committed.length; p++) {
        long position = member.position(p);
        // A new group starts at the oldest record. Reading nothing commits nothing.
        committed[p] =
            position == GroupMember.NO_POSITION ? snapshot.startOffset(topic, p) : position;
      }
      this.read = committed.clone();
      this.returned = committed.clone();
    }

    long position(int partition) {
      return read[partition];
    }

    void read(int partition, long offset) {
      read[partition] = offset + 1;
      touched = touched == UNTOUCHED || touched == partition ? partition : SEVERAL;
    }

    /** A row was returned of what was read. */
    void returned() {
      if (touched >= 0) {
        returned[touched] = read[touched];
      } else if (touched == SEVERAL) {
        System.arraycopy(read, 0, returned, 0, read.length);
      }
      touched = UNTOUCHED;
    }

    /** Goes back to the last row that was returned. */
    void unread() {
      System.arraycopy(returned, 0, read, 0, read.length);
      touched = UNTOUCHED;
    }

    private boolean isMoved() {
      for (int p = 0; p < read.length; p++) {
        if (read[p] != committed[p]) {
          return true;
        }
      }
      return false;
    }

    private void addTo(Transaction transaction) {
      for (int p = 0; p < read.length; p++) {
        if (read[p] != committed[p]) {
          transaction.position(member, p, read[p]);
        }
      }
    }

    private void committed() {
      System.arraycopy(read, 0, committed, 0, read.length);
    }

    private void rewind() {
      System.arraycopy(committed, 0, read, 0, read.length);
      System.arraycopy(committed, 0, returned, 0, read.length);
      touched = UNTOUCHED;
    }
  }

  private final LogStore store;
  private final Committer committer;
  private final Map<Key, Progress> progress = new LinkedHashMap<>();

  /** What the session does for its groups. */
  interface Committer {
    boolean isAutoCommit();

    /**
     * Refuses to read for a group where nothing may be written.
     *
     * @throws SqlFault the session is read-only: to consume is to write
     */
    void checkWritable();

    /**
     * Commits the positions of one cursor only.
     *
     * @param durably at the session's sync level
     */
    void acknowledge(GroupCursor cursor, boolean durably);
  }

  ConsumerGroups(LogStore store, Committer committer) {
    this.store = store;
    this.committer = committer;
  }

  Committer committer() {
    return committer;
  }

  /** Joins, or goes on where the session's transaction stands. */
  Progress open(String group, Topic topic, Snapshot snapshot, GroupCursor owner) {
    committer.checkWritable();
    Key key = new Key(group, topic.id());
    Progress known = progress.get(key);
    if (known == null) {
      known = new Progress(store.join(group, topic), snapshot);
      progress.put(key, known);
    } else if (known.owner != null) {
      known.owner.end(
          "the cursor was ended by another one of consumer group " + group + " on this connection");
      if (committer.isAutoCommit()) {
        // What the other one returned last was never acknowledged.
        known.rewind();
      }
    }
    known.owner = owner;
    return known;
  }

  /** The cursor reads no more. */
  void released(GroupCursor owner) {
    for (Progress p : progress.values()) {
      if (p.owner == owner) {
        p.owner = null;
        if (committer.isAutoCommit()) {
          p.rewind();
        }
      }
    }
    leaveIdle();
  }

  private void leaveIdle() {
    for (Iterator<Progress> i = progress.values().iterator(); i.hasNext(); ) {
      Progress p = i.next();
      if (p.owner == null && !p.isMoved()) {
        i.remove();
        p.member.close();
      }
    }
  }

  /**
   * Whether there is anything to commit.
   *
   * @param of by which cursor, or null for all
   */
  boolean isMoved(@Nullable GroupCursor of) {
    for (Progress p : progress.values()) {
      if (isOf(p, of) && p.isMoved()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts the positions of all records that the cursor, or all, read so far into the transaction.
   */
  void addTo(Transaction transaction, @Nullable GroupCursor of) {
    for (Progress p : progress.values()) {
      if (isOf(p, of)) {
        p.addTo(transaction);
      }
    }
  }

  void committed(@Nullable GroupCursor of) {
    for (Progress p : progress.values()) {
      if (isOf(p, of)) {
        p.committed();
      }
    }
    leaveIdle();
  }

  private static boolean isOf(Progress p, @Nullable GroupCursor cursor) {
    return cursor == null || p.owner == cursor;
  }

  /** Rewinds, and ends the open cursors. */
  void abandon(String why) {
    List<Progress> all = new ArrayList<>(progress.values());
    progress.clear();
    for (Progress p : all) {
      if (p.owner != null) {
        p.owner.end(why);
      }
      p.member.close();
    }
  }
}

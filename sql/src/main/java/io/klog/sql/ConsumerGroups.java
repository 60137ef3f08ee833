package io.klog.sql;

import io.klog.GroupMember;
import io.klog.GroupReader;
import io.klog.LogStore;
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

  /** The session's reading of a topic for a group. */
  static final class Reading {
    private final GroupReader reader;
    // The cursor that reads; null between two.
    private @Nullable GroupCursor owner;

    private Reading(GroupReader reader) {
      this.reader = reader;
    }

    GroupReader reader() {
      return reader;
    }
  }

  private final LogStore store;
  private final Committer committer;
  private final Map<Key, Reading> readings = new LinkedHashMap<>();

  /** What the session does for its groups. */
  interface Committer {
    boolean isAutoCommit();

    SessionSettings settings();

    /** Whether all statements of the session's transaction see the same. */
    boolean seesOneSnapshot();

    /** The session's transaction, if it has begun one. */
    @Nullable Transaction transaction();

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
     * @param again those, too, that are committed already
     */
    void acknowledge(GroupCursor cursor, boolean durably, boolean again);
  }

  ConsumerGroups(LogStore store, Committer committer) {
    this.store = store;
    this.committer = committer;
  }

  LogStore store() {
    return store;
  }

  Committer committer() {
    return committer;
  }

  /** Joins, or goes on where the session's transaction stands. */
  Reading open(String group, Topic topic, GroupCursor owner) {
    committer.checkWritable();
    Key key = new Key(group, topic.id());
    Reading known = readings.get(key);
    if (known == null) {
      SessionSettings settings = committer.settings();
      GroupMember member =
          store.join(
              group,
              topic,
              settings.maxPollIntervalMillis(),
              committer.transaction(),
              owner.control());
      known = new Reading(new GroupReader(store, member, settings.autoOffsetReset()));
      readings.put(key, known);
    } else if (known.owner != null) {
      known.owner.end(
          "the cursor was ended by another one of consumer group " + group + " on this connection");
      if (committer.isAutoCommit()) {
        // What the other one returned last was never acknowledged.
        known.reader.rewind();
      }
    }
    known.owner = owner;
    return known;
  }

  /** While one cursor of the session reads, the others are not hung. */
  void touch() {
    readings.values().forEach(reading -> reading.reader.touch());
  }

  /** Whether something can be committed beside the session's transaction. */
  boolean mayCommit() {
    Transaction open = committer.transaction();
    return open == null || !open.isPinned();
  }

  /** The cursor reads no more. */
  void released(GroupCursor owner) {
    for (Reading reading : readings.values()) {
      if (reading.owner == owner) {
        reading.owner = null;
        if (committer.isAutoCommit()) {
          reading.reader.rewind();
        }
      }
    }
    leaveIdle();
  }

  private void leaveIdle() {
    for (Iterator<Reading> i = readings.values().iterator(); i.hasNext(); ) {
      Reading reading = i.next();
      if (reading.owner == null && !reading.reader.isMoved()) {
        i.remove();
        reading.reader.close();
      }
    }
  }

  /**
   * Whether there is anything to commit.
   *
   * @param of by which cursor, or null for all
   */
  boolean isMoved(@Nullable GroupCursor of) {
    for (Reading reading : readings.values()) {
      if (isOf(reading, of) && reading.reader.isMoved()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts the positions of all records that the cursor, or all, read so far into the transaction.
   *
   * @param again those, too, that are committed already
   */
  void addTo(Transaction transaction, @Nullable GroupCursor of, boolean again) {
    for (Reading reading : readings.values()) {
      if (isOf(reading, of)) {
        reading.reader.addTo(transaction, again);
      }
    }
  }

  void committed(@Nullable GroupCursor of) {
    for (Reading reading : readings.values()) {
      if (isOf(reading, of)) {
        reading.reader.committed();
      }
    }
    leaveIdle();
  }

  private static boolean isOf(Reading reading, @Nullable GroupCursor cursor) {
    return cursor == null || reading.owner == cursor;
  }

  /** How far all was read, to go back to. */
  static final class Mark {
    private final Map<Reading, GroupReader.Mark> read = new LinkedHashMap<>();
  }

  Mark mark() {
    Mark mark = new Mark();
    readings.values().forEach(reading -> mark.read.put(reading, reading.reader.mark()));
    return mark;
  }

  /** Reads again what was read since, and ends the open cursors that read it. */
  void rewindTo(Mark mark, String why) {
    for (Reading reading : readings.values()) {
      GroupReader.Mark then = mark.read.get(reading);
      boolean moved = then == null ? reading.reader.isMoved() : !reading.reader.isAt(then);
      if (moved) {
        if (then == null) {
          reading.reader.rewind();
        } else {
          reading.reader.rewindTo(then);
        }
        if (reading.owner != null) {
          reading.owner.end(why);
          reading.owner = null;
        }
      }
    }
    leaveIdle();
  }

  /** Rewinds, and ends the open cursors. */
  void abandon(String why) {
    List<Reading> all = new ArrayList<>(readings.values());
    readings.clear();
    for (Reading reading : all) {
      if (reading.owner != null) {
        reading.owner.end(why);
      }
      reading.reader.close();
    }
  }
}

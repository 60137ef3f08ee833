package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.GroupReader;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a group's reader does when partitions come and go, and things are undone. */
class GroupReaderTest {
  private Runnable atSync = () -> {};
  private final KlogFile files =
      new KlogFile(
          new SyncHookStorage(new MemoryStorage(), () -> atSync.run()),
          new Limits(16 << 10, 1 << 20, 64)); // each commit has its checkpoint
  private final LogStore store = files.openFile("groups", OpenOptions.DEFAULT);

  @AfterEach
  void close() {
    store.close();
  }

  private Topic topic(int partitions, int recordsInEach) {
    Topic topic = store.createTopic("t", partitions, Map.of());
    append(topic, recordsInEach);
    return topic;
  }

  private void append(Topic topic, int recordsInEach) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      for (int p = 0; p < topic.partitions(); p++) {
        for (int i = 0; i < recordsInEach; i++) {
          tx.append(topic, p, 0, null, null, Headers.NONE);
        }
      }
      tx.commit();
    }
  }

  private GroupReader reader(GroupMember member, OffsetReset reset) {
    return new GroupReader(store, member, reset);
  }

  private boolean advance(GroupReader reader) {
    return reader.advance(store.snapshot(List.of(reader.member().topic())), true);
  }

  private static int drain(GroupReader reader) {
    int read = 0;
    while (reader.next()) {
      reader.done();
      read++;
    }
    return read;
  }

  private void commit(GroupReader reader) {
    try (Transaction tx = store.begin(SyncLevel.FULL)) {
      reader.addTo(tx, false);
      tx.commit();
    }
    reader.committed();
  }

  private List<Long> positions() {
    return store.groupPositions().stream().map(GroupPosition::offset).toList();
  }

  /** Between its giving up and its being told, another reads it whole and leaves. */
  @Test
  void aPartitionThatIsBackAtOnceIsReadFromWhereTheOtherLeftIt() {
    Topic topic = topic(2, 0);
    try (GroupReader first = reader(store.join("g", topic), OffsetReset.EARLIEST)) {
      advance(first);
      append(topic, 3);
      GroupReader second = reader(store.join("g", topic), OffsetReset.EARLIEST);
      int[] readBySecond = {0};
      atSync =
          () -> {
            atSync = () -> {};
            advance(second);
            readBySecond[0] = drain(second);
            commit(second);
            second.close();
          };
      advance(first);
      atSync = () -> {};
      assertEquals(3, readBySecond[0], "it got one of the two");
      int readByFirst = drain(first);
      commit(first);
      advance(first);
      readByFirst += drain(first);
      assertEquals(3, readByFirst);
    }
  }

  @Test
  void goingBackToAMarkReadsAgainWhatCameToTheMemberSince() {
    Topic topic = topic(2, 3);
    GroupMember other = store.join("g", topic);
    try (GroupReader reader = reader(store.join("g", topic), OffsetReset.EARLIEST)) {
      advance(reader);
      GroupReader.Mark mark = reader.mark();
      assertTrue(reader.isAt(mark));
      other.close();
      advance(reader);
      assertTrue(reader.isAt(mark), "nothing was read of what came");
      assertEquals(6, drain(reader));
      reader.rewindTo(mark);
      assertTrue(reader.isAt(mark));
      commit(reader);
      assertEquals(List.of(), positions());
      assertEquals(6, drain(reader));
    }
  }

  @Test
  void goingBackDoesNotGoBehindTheBeginningAtTheEnd() {
    Topic topic = topic(1, 3);
    try (GroupReader reader = reader(store.join("g", topic), OffsetReset.LATEST)) {
      // As within a transaction that has the lock: nothing can be committed beside it.
      reader.advance(store.snapshot(List.of(topic)), false);
      append(topic, 2);
      reader.advance(store.snapshot(List.of(topic)), false);
      assertEquals(2, drain(reader));
      reader.rewind();
      assertEquals(2, drain(reader), "again, and no more");
      advance(reader);
      assertEquals(List.of(3L), positions(), "where it began is known as soon as may be");
      commit(reader);
      assertEquals(List.of(5L), positions());
    }
  }
}

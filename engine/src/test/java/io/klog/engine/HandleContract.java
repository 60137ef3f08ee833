package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.Column;
import io.klog.Headers;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who has a store open, and until when. */
abstract class HandleContract extends LogStoreFixture {
  /** Whether what was in the store is there again after the last has closed it. */
  abstract boolean outlivesItsHandles();

  @Test
  void handlesShareOneStore() {
    LogStore one = open();
    LogStore two = open();
    Topic topic = topic(one, "t");
    append(two, topic, "a");
    assertEquals(List.of("a"), values(one, topic));
    one.close();
    append(two, topic, "b");
    assertEquals(List.of("a", "b"), values(two, topic));
    assertEquals(location(), two.name());
  }

  @Test
  void theLastToCloseFreesTheStore() {
    LogStore one = open();
    Topic topic =
        one.createTopic("t", 1, Map.of(), List.of(new Column("id", "VARCHAR", true, false)));
    LogStore two = open();
    one.close();
    one.close();
    assertFalse(two.catalog().topics().isEmpty(), "closing twice counts once");
    two.close();
    LogStore three = open();
    assertEquals(
        outlivesItsHandles() ? List.of(topic) : List.of(),
        List.copyOf(three.catalog().topics()),
        "with all that it was created with");
  }

  @Test
  void whatIsSharedLivesAsLongAsTheStore() {
    LogStore one = open();
    LogStore two = open();
    StringBuilder shared = one.shared(StringBuilder.class, StringBuilder::new);
    assertSame(shared, two.shared(StringBuilder.class, StringBuilder::new));
    one.close();
    assertSame(shared, two.shared(StringBuilder.class, StringBuilder::new));
    two.close();
    assertNotSame(shared, open().shared(StringBuilder.class, StringBuilder::new));
  }

  @Test
  void aClosedHandleRefusesEverythingButItsName() {
    LogStore other = open();
    Topic topic = topic(other, "t");
    LogStore store = open();
    store.close();
    assertEquals(location(), store.name());
    assertFalse(store.isReadOnly());
    assertRefused(Reason.CLOSED, store::catalog);
    assertRefused(Reason.CLOSED, () -> topic(store, "u"));
    assertRefused(Reason.CLOSED, () -> store.dropTopic(topic));
    assertRefused(Reason.CLOSED, () -> store.snapshot(List.of(topic)));
    assertRefused(Reason.CLOSED, () -> store.begin(SyncLevel.OFF));
    assertRefused(Reason.CLOSED, () -> store.join("g", topic));
    assertRefused(Reason.CLOSED, store::groupPositions);
    assertRefused(Reason.CLOSED, () -> store.shared(String.class, String::new));
  }

  @Test
  void whatIsLeftOfAClosedStoreIsRefused() {
    LogStore store = open();
    Topic topic = topic(store, "t");
    append(store, topic, "x".repeat(100_000), "x".repeat(100_000), "x".repeat(100_000));
    Transaction empty = store.begin(SyncLevel.FULL);
    Transaction filled = store.begin(SyncLevel.FULL);
    append(filled, topic, "late");
    RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL);
    assertTrue(cursor.next());
    store.close();
    assertRefused(
        Reason.CLOSED,
        () -> {
          while (cursor.next()) {}
        });
    assertRefused(Reason.CLOSED, filled::commit);
    assertRefused(Reason.CLOSED, empty::pin);
    assertRefused(Reason.CLOSED, () -> empty.append(topic, 0, 0, null, null, Headers.NONE));
    filled.close();
    empty.close();
    cursor.close();
  }

  @Test
  void aTransactionThatKeepsTheLockDoesNotKeepTheStoreFromClosing() {
    LogStore store = open(new OpenOptions(OpenOptions.Mode.CREATE, 10, 1 << 20));
    Topic topic = topic(store, "t");
    Transaction pinned = store.begin(SyncLevel.FULL);
    append(pinned, topic, "never");
    pinned.pin();
    assertRefused(Reason.BUSY, store::close);
    assertRefused(Reason.CLOSED, pinned::commit);
    pinned.close();
    LogStore again = open();
    if (outlivesItsHandles()) {
      assertEquals(List.of(), values(again, topic));
      append(again, topic, "a");
    }
  }

  @Test
  void aHandleForReadingRefusesToWrite() {
    LogStore writer = open();
    Topic topic = topic(writer, "t");
    append(writer, topic, "a");
    LogStore reader = open(reading());
    assertTrue(reader.isReadOnly());
    assertFalse(writer.isReadOnly());
    assertRefusesToWrite(reader, topic);
    append(writer, topic, "b");
    assertEquals(List.of("a", "b"), values(reader, topic), "it sees what is committed meanwhile");
    writer.close();
    assertEquals(List.of("a", "b"), values(reader, topic));
    assertRefusesToWrite(reader, topic);
  }

  private static void assertRefusesToWrite(LogStore reader, Topic topic) {
    assertRefused(Reason.READ_ONLY, () -> reader.createTopic("u", 1, Map.of()));
    assertRefused(Reason.READ_ONLY, () -> reader.dropTopic(topic));
    assertRefused(Reason.READ_ONLY, () -> reader.begin(SyncLevel.OFF));
    assertRefused(Reason.READ_ONLY, () -> reader.join("g", topic));
  }

  @Test
  void aStoreThatIsNotThereIsNotMadeForReadingOrWriting() {
    assertRefused(Reason.CANNOT_OPEN, () -> open(reading()));
    assertRefused(
        Reason.CANNOT_OPEN, () -> open(new OpenOptions(OpenOptions.Mode.WRITE, 1000, 1 << 20)));
    assertRefused(Reason.CANNOT_OPEN, () -> open(reading()));
  }
}

package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.Headers;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Snapshot;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** A store for a contract's tests, and short words for what they do with it. */
@Timeout(60)
abstract class LogStoreFixture {
  private final List<LogStore> opened = new ArrayList<>();

  /** Where the one store of the test is. */
  abstract String location();

  LogStore open() {
    return open(OpenOptions.DEFAULT);
  }

  LogStore open(OpenOptions options) {
    LogStore store = KlogFile.open(location(), options);
    opened.add(store);
    return store;
  }

  /** Closes the store and opens it again; one in memory is gone when all have closed it. */
  LogStore reopened(LogStore store) {
    LogStore kept = location().startsWith(KlogFile.MEMORY_PREFIX) ? open() : null;
    store.close();
    return kept == null ? open() : kept;
  }

  @AfterEach
  void closeAll() {
    opened.forEach(LogStore::close);
  }

  static OpenOptions reading() {
    return new OpenOptions(OpenOptions.Mode.READ, 1000, 1 << 20);
  }

  static Topic topic(LogStore store, String name) {
    return store.createTopic(name, 1, Map.of());
  }

  /** Returns what the user is told. */
  static String assertRefused(Reason reason, Executable call) {
    KlogException e = assertThrows(KlogException.class, call);
    assertEquals(reason, e.reason(), e.getMessage());
    return String.valueOf(e.getMessage());
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static void append(Transaction tx, Topic topic, String... values) {
    for (String value : values) {
      tx.append(topic, 0, 0, null, bytes(value), Headers.NONE);
    }
  }

  /** In a transaction of their own. */
  static void append(LogStore store, Topic topic, String... values) {
    try (Transaction tx = store.begin(SyncLevel.OFF)) {
      append(tx, topic, values);
      tx.commit();
    }
  }

  static List<@Nullable String> values(LogStore store, Topic topic) {
    return values(store.snapshot(List.of(topic)), topic, 0, ScanRange.ALL);
  }

  static List<@Nullable String> values(
      Snapshot snapshot, Topic topic, int partition, ScanRange range) {
    List<@Nullable String> values = new ArrayList<>();
    try (RecordCursor cursor = snapshot.scan(topic, partition, range)) {
      while (cursor.next()) {
        byte[] value = cursor.value();
        values.add(value == null ? null : new String(value, UTF_8));
      }
    }
    return values;
  }

  static List<Long> offsets(Snapshot snapshot, Topic topic, int partition, ScanRange range) {
    List<Long> offsets = new ArrayList<>();
    try (RecordCursor cursor = snapshot.scan(topic, partition, range)) {
      while (cursor.next()) {
        offsets.add(cursor.offset());
      }
    }
    return offsets;
  }
}

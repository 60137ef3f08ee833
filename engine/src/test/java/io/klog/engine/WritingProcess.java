package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.klog.GroupMember;
import io.klog.Headers;
import io.klog.LogStore;
import io.klog.SyncLevel;
import io.klog.Topic;
import io.klog.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A process that writes to a file from four threads until it is killed. Each transaction puts the
 * same value into topics a and b, and moves the writer's group behind its record in a; once it is
 * committed, the process says so: the value's beginning, the offsets in a and b, and ok.
 */
final class WritingProcess {
  static final List<SyncLevel> LEVELS =
      List.of(SyncLevel.FULL, SyncLevel.NORMAL, SyncLevel.OFF, SyncLevel.FULL);

  private WritingProcess() {}

  /** Sometimes too long to lie in the log. */
  static byte[] value(int writer, int number) {
    int length = number % 97 == 0 ? 50_000 : number % 13 * 20;
    return (writer + "-" + number + "-" + "x".repeat(length)).getBytes(UTF_8);
  }

  /** Arguments: the file, and the first number. */
  public static void main(String[] arguments) {
    LogStore store = KlogFile.open(arguments[0], OpenOptions.DEFAULT);
    Topic a = topic(store, "a");
    Topic b = topic(store, "b");
    int first = Integer.parseInt(arguments[1]);
    for (int writer = 0; writer < LEVELS.size(); writer++) {
      int id = writer;
      new Thread(() -> write(store, a, b, id, first)).start();
    }
  }

  private static Topic topic(LogStore store, String name) {
    if (store.catalog().topic(name) == null) {
      store.createTopic(name, 1, Map.of());
    }
    return Objects.requireNonNull(store.catalog().topic(name));
  }

  private static void write(LogStore store, Topic a, Topic b, int writer, int first) {
    GroupMember member = store.join("g" + writer, a);
    for (int number = first; ; number++) {
      try (Transaction tx = store.begin(LEVELS.get(writer))) {
        byte[] value = value(writer, number);
        tx.append(a, 0, number, null, value, Headers.NONE);
        tx.append(b, 0, number, value, null, Headers.NONE);
        tx.pin();
        long offset = tx.baseOffset(a, 0);
        tx.position(member, 0, offset + 1);
        tx.commit();
        System.out.println(
            writer + "-" + number + " " + offset + " " + tx.baseOffset(b, 0) + " ok");
      }
    }
  }
}

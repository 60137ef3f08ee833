package io.klog.engine;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of one opening of a file. The operating system drops all locks that a process has
 * on a file when any descriptor of it is closed. So they are closed only when nobody in this JVM
 * has the file open any more, under whatever class loader; until then they are left for the next
 * who opens it.
 *
 * <p>All class loaders find what is open in one entry of the system properties, made of the JDK's
 * own types; it is there only while a file is open. By file: how many openings there are, and what
 * was left.
 *
 * @param writer null when open for reading only
 */
record Descriptors(
    AsynchronousFileChannel channel, RandomAccessFile reader, @Nullable RandomAccessFile writer) {
  private static final String PROPERTY = "io.klog.descriptors";

  /** Held while files are opened and closed; the same object under every class loader. */
  static final Object MONITOR = PROPERTY.intern();

  private static final int USERS = 0;
  private static final int LEFT = 1;

  // The table and all in it are guarded by MONITOR.
  @SuppressWarnings("unchecked")
  private static Map<Object, Object[]> table() {
    Properties properties = System.getProperties();
    return (Map<Object, Object[]>) properties.computeIfAbsent(PROPERTY, p -> new HashMap<>());
  }

  @SuppressWarnings("unchecked")
  private static List<Closeable[]> left(Object[] entry) {
    return (List<Closeable[]>) entry[LEFT];
  }

  /** Takes descriptors that another opening left. Under the monitor. */
  static @Nullable Descriptors reuse(Object identity, boolean writes) {
    Object[] entry = table().get(identity);
    if (entry == null) {
      return null;
    }
    for (Closeable[] set : left(entry)) {
      if (set.length == 3 && writes == (set[2] != null)) {
        left(entry).remove(set);
        return new Descriptors(
            (AsynchronousFileChannel) set[0], (RandomAccessFile) set[1], (RandomAccessFile) set[2]);
      }
    }
    return null;
  }

  /** Counts the opening. Under the monitor. */
  void use(Object identity) {
    Object[] entry = table().computeIfAbsent(identity, i -> new Object[] {0, new ArrayList<>()});
    entry[USERS] = (Integer) entry[USERS] + 1;
  }

  /** Ends the opening: closes these, or leaves them where that would drop others' locks. */
  void close(Object identity) throws IOException {
    synchronized (MONITOR) {
      IOException problem = new IOException("cannot close a descriptor");
      leave(identity, 1, problem, channel, reader, writer);
      if (problem.getSuppressed().length > 0) {
        throw problem;
      }
    }
  }

  /** These were never used. Under the monitor. */
  void discard(@Nullable Object identity, Throwable problem) {
    // One by one, for they may be of a file that took the other's name: only whole sets are reused.
    discard(identity, problem, channel);
    discard(identity, problem, reader);
    discard(identity, problem, writer);
  }

  /** For descriptors of an opening that did not come about. Under the monitor. */
  static void discard(
      @Nullable Object identity, Throwable problem, @Nullable Closeable... descriptors) {
    leave(identity, 0, problem, descriptors);
  }

  private static void leave(
      @Nullable Object identity, int users, Throwable problem, @Nullable Closeable... descriptors) {
    Object[] entry = identity == null ? null : table().get(identity);
    int others = entry == null ? 0 : (Integer) entry[USERS] - users;
    if (entry != null && others > 0) {
      entry[USERS] = others;
      left(entry).add(descriptors);
      return;
    }
    FileStorage.closeAll(problem, descriptors);
    if (entry != null) {
      left(entry).forEach(set -> FileStorage.closeAll(problem, set));
      table().remove(identity);
    }
    if (table().isEmpty()) {
      System.getProperties().remove(PROPERTY);
    }
  }
}

package io.klog.sql;

import java.lang.ref.Cleaner;
import java.math.BigDecimal;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What an operator keeps in memory while it runs. All operators of the JVM together may keep half
 * of what that may have, so that a large statement fails alone, and not whatever else the program
 * does. For one thread, but for the pool.
 */
final class MemoryBudget implements AutoCloseable {
  /** What budgets share. For many threads. */
  static final class Pool {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    Pool(long most) {
      this.most = most;
    }

    long left() {
      return most - held.get();
    }

    private boolean take(long bytes) {
      if (held.addAndGet(bytes) <= most) {
        return true;
      }
      held.addAndGet(-bytes);
      return false;
    }
  }

  static final Pool OF_JVM = new Pool(Runtime.getRuntime().maxMemory() / 2);

  // What is taken of a pool at a time, so that most rows take nothing.
  private static final long STEP = 1 << 16;
  // The smallest region of G1. An array of more than half a region fills whole ones.
  private static final long REGION = 1 << 20;
  // The head of an object and of an array, and a reference to it.
  private static final int OBJECT_BYTES = 24;
  // Gives back what an operator took whose rows nobody closed.
  private static final Cleaner CLEANER = Cleaner.create();

  /**
   * What a budget has of its pool. Its own object, because the cleaner must not hold the budget.
   */
  private static final class Share implements Runnable {
    private final Pool pool;
    // Written by the budget's thread; read by the cleaner's once no other has it.
    private final AtomicLong bytes = new AtomicLong();

    Share(Pool pool) {
      this.pool = pool;
    }

    @Override
    public void run() {
      pool.held.addAndGet(-bytes.getAndSet(0));
    }
  }

  private final String what;
  private final Pool pool;
  private @Nullable Share share;
  private long shared;
  private long taken;

  /**
   * @param what wants the memory, as in "GROUP BY"
   */
  MemoryBudget(String what) {
    this(what, OF_JVM);
  }

  MemoryBudget(String what, Pool pool) {
    this.what = what;
    this.pool = pool;
  }

  /**
   * Called before so much is allocated.
   *
   * @throws SqlFault 53200 when it is too much
   */
  void take(long bytes) {
    taken += bytes;
    if (taken > shared) {
      grow(Math.max(STEP, taken - shared));
    }
  }

  private void grow(long more) {
    if (!pool.take(more)) {
      throw exceeded(
          what
              + " needs more memory than is left: all statements together may keep "
              + (pool.most >> 20)
              + " MiB, half of the JVM's memory; give it more by -Xmx, or ask for less at a time");
    }
    Share own = share;
    if (own == null) {
      own = new Share(pool);
      CLEANER.register(this, own);
      share = own;
    }
    own.bytes.addAndGet(more);
    shared += more;
  }

  /** Called when so much of what was taken is no longer needed. */
  void give(long bytes) {
    taken -= bytes;
  }

  /** The values of the row at which a cursor stands, to keep. */
  @Nullable Object[] keep(RowCursor row, int width) {
    @Nullable Object[] values = new Object[width];
    for (int i = 0; i < width; i++) {
      values[i] = row.getObject(i);
    }
    take(bytesOf(values));
    return values;
  }

  /** About how much the values of a row need. */
  static long bytesOf(@Nullable Object[] row) {
    long bytes = OBJECT_BYTES;
    for (Object value : row) {
      bytes += OBJECT_BYTES + bytesOf(value);
    }
    return bytes;
  }

  /** About how much a canonical value needs beside an object's head. */
  static long bytesOf(@Nullable Object value) {
    if (value instanceof byte[] array) {
      return bytesOfArray(array.length);
    }
    if (value instanceof String text) {
      return OBJECT_BYTES + bytesOfArray(isLatin1(text) ? text.length() : 2L * text.length());
    }
    return value instanceof BigDecimal ? 2 * OBJECT_BYTES : 0;
  }

  private static boolean isLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) {
        return false;
      }
    }
    return true;
  }

  /** How much an array of so many bytes fills. */
  static long bytesOfArray(long bytes) {
    return bytes < REGION / 2 ? bytes : (bytes + OBJECT_BYTES + REGION - 1) / REGION * REGION;
  }

  /** Gives all back. */
  @Override
  public void close() {
    Share own = share;
    if (own != null) {
      own.run();
    }
    shared = 0;
    taken = 0;
  }

  static SqlFault exceeded(String message) {
    return new SqlFault("53200", message);
  }
}

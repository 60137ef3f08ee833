package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Fails when it is told to, and counts what is asked of it. */
final class FailingStorage extends ForwardingStorage {
  enum Call {
    OPEN,
    READ,
    WRITE,
    SYNC,
    RESIZE,
    LOCK,
    /** What asks for the file's length. */
    SIZE,
    /** Of a file; it is closed all the same. */
    CLOSE,
    /** Of a file that was closed. */
    RENAME,
    /** Of a file that was closed. */
    DELETE,
    /** What asks for the time, which throws nothing that is declared. */
    CLOCK
  }

  /** How many of the bytes of a write arrive that fails by a rule. */
  enum Tear {
    NONE,
    HALF,
    ALL;

    int of(int length) {
      return this == NONE ? 0 : this == HALF ? length / 2 : length;
    }
  }

  /** What a device gives out room in. */
  static final int BLOCK = 4096;

  private static final class Rule {
    final Set<Call> kinds;
    final Supplier<? extends Throwable> problem;
    final boolean forEver;
    final Tear tear;

    /** Calls until it fails. Guarded by the storage. */
    int left;

    Rule(
        Set<Call> kinds, int n, Supplier<? extends Throwable> problem, boolean forEver, Tear tear) {
      this.kinds = kinds;
      this.left = n;
      this.problem = problem;
      this.forEver = forEver;
      this.tear = tear;
    }
  }

  // All below is guarded by this object's monitor.

  private final List<Rule> rules = new ArrayList<>();
  private final Map<Call, Long> calls = new EnumMap<>(Call.class);
  private long failures;
  private long syncsRetried;
  private Tear tear = Tear.NONE;

  /** The blocks written to, by the file's identity. */
  private final Map<Object, BitSet> blocks = new HashMap<>();

  private long used;
  private long capacity = Long.MAX_VALUE;

  FailingStorage(Storage delegate) {
    super(delegate);
  }

  /** What a broken device gives. */
  static IOException ioError() {
    return new IOException("Input/output error");
  }

  static StorageFullException full() {
    return new StorageFullException(
        "No space left on device", new IOException("No space left on device"));
  }

  /**
   * From now on, the n-th call of these kinds fails, and only that one.
   *
   * @param n 1 for the next one
   * @param kinds none for all of them
   */
  synchronized void failOnce(int n, Supplier<? extends Throwable> problem, Call... kinds) {
    rules.add(new Rule(set(kinds), n, problem, false, tear));
  }

  /** As {@link #failOnce}, and all later ones fail, too. */
  synchronized void failFrom(int n, Supplier<? extends Throwable> problem, Call... kinds) {
    rules.add(new Rule(set(kinds), n, problem, true, tear));
  }

  /**
   * A write that fails by a rule made from here on writes this part of its bytes; none at first.
   */
  synchronized void tearWrites(Tear part) {
    tear = part;
  }

  /** Lifts every rule and the limit of the room. */
  synchronized void heal() {
    rules.clear();
    tear = Tear.NONE;
    capacity = Long.MAX_VALUE;
  }

  /**
   * The device has so many bytes in blocks. Blocks are taken by being written to, given back by
   * cutting the file, and can be written again when the device is full. A write that does not fit
   * writes what fits and fails.
   */
  synchronized void limit(long bytes) {
    capacity = bytes;
  }

  /** The bytes in blocks taken; in a file that was there before, all up to its end. */
  synchronized long used() {
    return used;
  }

  /** How many calls of these kinds there have been; none for all of them. */
  synchronized long calls(Call... kinds) {
    return set(kinds).stream().mapToLong(kind -> calls.getOrDefault(kind, 0L)).sum();
  }

  /** How many calls have failed by a rule or for want of room. */
  synchronized long failures() {
    return failures;
  }

  /** How often a file was synced again whose sync had failed, which tells nothing any more. */
  synchronized long syncsRetried() {
    return syncsRetried;
  }

  private static Set<Call> set(Call... kinds) {
    return kinds.length == 0 ? EnumSet.allOf(Call.class) : EnumSet.copyOf(List.of(kinds));
  }

  /** Counts a call, and says by which rule it is to fail, if any. */
  private synchronized @Nullable Rule ruleFor(Call call) {
    calls.merge(call, 1L, Long::sum);
    Rule found = null;
    for (Rule rule : List.copyOf(rules)) {
      if (rule.kinds.contains(call) && --rule.left <= 0) {
        found = found == null ? rule : found;
        if (!rule.forEver) {
          rules.remove(rule);
        }
      }
    }
    if (found != null) {
      failures++;
    }
    return found;
  }

  private void failIfTold(Call call) throws IOException {
    Rule rule = ruleFor(call);
    if (rule != null) {
      throw raised(rule.problem.get());
    }
  }

  private synchronized void countRetry() {
    syncsRetried++;
  }

  /** For calls that declare nothing. */
  private void throwIfTold(Call call) {
    try {
      failIfTold(call);
    } catch (IOException e) {
      throw new IllegalStateException("told to fail with what the call cannot throw", e);
    }
  }

  /** Returns it where it has to be declared, else throws it. */
  private static IOException raised(Throwable problem) {
    if (problem instanceof IOException e) {
      return e;
    }
    if (problem instanceof RuntimeException e) {
      throw e;
    }
    throw (Error) problem;
  }

  private synchronized void takeExisting(StorageFile file) throws IOException {
    if (!blocks.containsKey(file.identity())) {
      BitSet taken = new BitSet();
      taken.set(0, blockAfter(file.size()));
      used += (long) BLOCK * taken.cardinality();
      blocks.put(file.identity(), taken);
    }
  }

  /** Takes the blocks for a write, as far as there are any; returns how many bytes fit. */
  private synchronized int take(StorageFile file, long position, int length) {
    BitSet taken = blocks.computeIfAbsent(file.identity(), f -> new BitSet());
    long end = position + length;
    for (int block = (int) (position / BLOCK); block < blockAfter(end); block++) {
      if (!taken.get(block)) {
        if (used + BLOCK > capacity) {
          failures++;
          return (int) Math.max(0, (long) block * BLOCK - position);
        }
        taken.set(block);
        used += BLOCK;
      }
    }
    return length;
  }

  private synchronized void giveBack(Object file, long size) {
    BitSet taken = blocks.computeIfAbsent(file, f -> new BitSet());
    used -= (long) BLOCK * taken.cardinality();
    taken.clear(blockAfter(size), Math.max(blockAfter(size), taken.length()));
    used += (long) BLOCK * taken.cardinality();
  }

  private static int blockAfter(long end) {
    return Math.toIntExact((end + BLOCK - 1) / BLOCK);
  }

  @Override
  public @Nullable Object identityOf(String name) throws IOException {
    failIfTold(Call.OPEN);
    return delegate.identityOf(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    failIfTold(Call.RENAME);
    delegate.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    failIfTold(Call.DELETE);
    delegate.delete(name);
  }

  @Override
  public long currentTimeMillis() {
    throwIfTold(Call.CLOCK);
    return delegate.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    throwIfTold(Call.CLOCK);
    return delegate.nanoTime();
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    failIfTold(Call.OPEN);
    StorageFile file = delegate.open(name, mode);
    takeExisting(file);
    return new FailingFile(file);
  }

  private final class FailingFile extends ForwardingFile {
    private volatile boolean syncFailed;

    FailingFile(StorageFile file) {
      super(file);
    }

    @Override
    public long size() throws IOException {
      failIfTold(Call.SIZE);
      return file.size();
    }

    @Override
    public void read(long position, byte[] target, int start, int length) throws IOException {
      failIfTold(Call.READ);
      file.read(position, target, start, length);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      Rule rule = ruleFor(Call.WRITE);
      if (rule != null) {
        file.write(position, source, start, rule.tear.of(length));
        throw raised(rule.problem.get());
      }
      int fits = position < 0 ? length : take(file, position, length);
      file.write(position, source, start, fits);
      if (fits < length) {
        throw full();
      }
    }

    @Override
    public void sync() throws IOException {
      if (syncFailed) {
        countRetry();
      }
      try {
        failIfTold(Call.SYNC);
        file.sync();
      } catch (IOException e) {
        syncFailed = true;
        throw e;
      }
    }

    @Override
    public void resize(long size) throws IOException {
      failIfTold(Call.RESIZE);
      file.resize(size);
      giveBack(identity(), size);
    }

    @Override
    public @Nullable StorageLock tryLock(long position, long length, boolean shared)
        throws IOException {
      failIfTold(Call.LOCK);
      return file.tryLock(position, length, shared);
    }

    @Override
    public void close() throws IOException {
      file.close();
      failIfTold(Call.CLOSE);
    }
  }
}

package io.klog.engine;

/**
 * When the store tidies up, in bytes. Tests lower them, so that little work meets all of it.
 *
 * @param inline a commit whose batches take no more goes into its commit record whole
 * @param fold inline batches are folded into segments when so many have gathered
 * @param checkpoint a recovery reads no more than about this since the last checkpoint
 * @param buffer a transaction whose batches take more stages them before it commits: {@link Spill}
 * @param keyIndex a sealed segment that takes as much gets a key index: {@link KeyIndexer}
 * @param threads whether a store may have a thread of its own, which wakes those who wait and lets
 *     the writer's lock be kept over a burst of commits, and one that makes key indexes
 */
record Limits(
    long inline, long fold, long checkpoint, long buffer, long keyIndex, boolean threads) {
  private static final long BUFFER = 16 << 20;
  private static final long KEY_INDEX = 1 << 20;

  static final Limits DEFAULT = new Limits(16 << 10, 1 << 20, 64 << 20);

  Limits(long inline, long fold, long checkpoint, long buffer, boolean threads) {
    this(inline, fold, checkpoint, buffer, KEY_INDEX, threads);
  }

  Limits(long inline, long fold, long checkpoint, boolean threads) {
    this(inline, fold, checkpoint, BUFFER, threads);
  }

  Limits(long inline, long fold, long checkpoint) {
    this(inline, fold, checkpoint, true);
  }
}

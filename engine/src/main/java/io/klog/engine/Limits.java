package io.klog.engine;

/**
 * When the store tidies up, in bytes. Tests lower them, so that little work meets all of it.
 *
 * @param inline a commit whose batches take no more goes into its commit record whole
 * @param fold inline batches are folded into segments when so many have gathered
 * @param checkpoint a recovery reads no more than about this since the last checkpoint
 * @param buffer a transaction whose batches take more stages them before it commits: {@link Spill}
 * @param threads whether a store may have a thread of its own, which wakes those who wait and lets
 *     the writer's lock be kept over a burst of commits
 */
record Limits(long inline, long fold, long checkpoint, long buffer, boolean threads) {
  private static final long BUFFER = 16 << 20;

  static final Limits DEFAULT = new Limits(16 << 10, 1 << 20, 64 << 20);

  Limits(long inline, long fold, long checkpoint, boolean threads) {
    this(inline, fold, checkpoint, BUFFER, threads);
  }

  Limits(long inline, long fold, long checkpoint) {
    this(inline, fold, checkpoint, true);
  }
}

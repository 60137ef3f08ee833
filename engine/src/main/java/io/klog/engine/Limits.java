package io.klog.engine;

/**
 * When the store tidies up, in bytes. Tests lower them, so that little work meets all of it.
 *
 * @param inline a commit whose batches take no more goes into its commit record whole
 * @param fold inline batches are folded into segments when so many have gathered
 * @param checkpoint a recovery reads no more than about this since the last checkpoint
 * @param threads whether a store may have a thread of its own, which wakes those who wait and lets
 *     the writer's lock be kept over a burst of commits
 */
record Limits(long inline, long fold, long checkpoint, boolean threads) {
  static final Limits DEFAULT = new Limits(16 << 10, 1 << 20, 64 << 20, true);

  Limits(long inline, long fold, long checkpoint) {
    this(inline, fold, checkpoint, true);
  }
}

package io.klog.engine;

/**
 * When the store tidies up, in bytes. Tests lower them, so that little work meets all of it.
 *
 * @param inline a commit whose batches take no more goes into its commit record whole
 * @param fold inline batches are folded into segments when so many have gathered
 * @param checkpoint a recovery reads no more than about this since the last checkpoint
 */
record Limits(long inline, long fold, long checkpoint) {
  static final Limits DEFAULT = new Limits(16 << 10, 1 << 20, 64 << 20);
}

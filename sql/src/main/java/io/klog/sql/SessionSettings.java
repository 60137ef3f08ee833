package io.klog.sql;

import io.klog.GroupMember;
import io.klog.OffsetReset;
import java.util.concurrent.TimeUnit;

/**
 * How a session's group cursors read. A cursor keeps the settings that held when it was opened.
 *
 * @param autoOffsetReset where to begin a partition that the group has no position in
 * @param pollTimeoutMillis how long next() of a following query waits for a row, 0 not to wait,
 *     {@link #WAIT_FOR_EVER}
 * @param maxPollIntervalMillis how long a group's member may take from one poll to the next before
 *     others take over, at least 1
 */
public record SessionSettings(
    OffsetReset autoOffsetReset, long pollTimeoutMillis, long maxPollIntervalMillis) {
  public static final long WAIT_FOR_EVER = -1;

  public static final SessionSettings DEFAULTS =
      new SessionSettings(
          OffsetReset.EARLIEST, WAIT_FOR_EVER, GroupMember.DEFAULT_MAX_POLL_INTERVAL);

  public SessionSettings {
    if (pollTimeoutMillis < WAIT_FOR_EVER || maxPollIntervalMillis < 1) {
      throw new IllegalArgumentException(
          "a poll.timeout of "
              + pollTimeoutMillis
              + " ms, a max.poll.interval.ms of "
              + maxPollIntervalMillis);
    }
  }

  /** In ns; {@code Long.MAX_VALUE} for ever. */
  long pollTimeoutNanos() {
    return pollTimeoutMillis == WAIT_FOR_EVER
        ? Long.MAX_VALUE
        : TimeUnit.MILLISECONDS.toNanos(pollTimeoutMillis);
  }

  public SessionSettings withAutoOffsetReset(OffsetReset reset) {
    return new SessionSettings(reset, pollTimeoutMillis, maxPollIntervalMillis);
  }

  public SessionSettings withPollTimeoutMillis(long millis) {
    return new SessionSettings(autoOffsetReset, millis, maxPollIntervalMillis);
  }

  public SessionSettings withMaxPollIntervalMillis(long millis) {
    return new SessionSettings(autoOffsetReset, pollTimeoutMillis, millis);
  }
}

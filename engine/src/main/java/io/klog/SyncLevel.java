package io.klog;

/** What a commit waits for. Nobody's commits are lost when only a process dies. */
public enum SyncLevel {
  /** Durable before it is visible or acknowledged. */
  FULL,
  /** Visible at once, made durable by checkpoints: a power cut may lose the newest commits. */
  NORMAL,
  /** Never waits for the device; a power cut loses what came after the last checkpoint. */
  OFF
}

package io.klog.engine;

/**
 * A batch that lies in the commit log and was not folded into a segment yet. Its bytes have been
 * verified, or were made here; they are not changed any more.
 */
final class TailBatch {
  private final byte[] bytes;
  private final int start;
  private final int length;

  TailBatch(byte[] bytes, int start) {
    this.bytes = bytes;
    this.start = start;
    this.length = Block.length(bytes, start);
  }

  byte[] array() {
    return bytes;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  long baseOffset() {
    return RecordBatch.baseOffset(bytes, start);
  }

  long lastOffset() {
    return RecordBatch.lastOffset(bytes, start);
  }
}

package io.klog.engine;

import java.io.IOException;

/**
 * Moves segments and key indexes from the end of the file into free pages before them, so that a
 * closed file is not much longer than what it holds: the commit log's extents, which come and go,
 * leave such pages. Under the writer's lock, by one who has the store alone.
 */
final class Compaction {
  /** Free pages are worth the copying from here on: bytes, and a part of the file. */
  private static final long LEAST_SAVED = 256 * 1024;

  private static final int SAVED_PART = 4;

  /** What one closing copies at most, bytes. */
  private static final long GREATEST_MOVED = 64L << 20;

  private final StorageFile file;
  private final Space space;
  private final StoreState state;

  Compaction(StorageFile file, Space space, StoreState state) {
    this.file = file;
    this.space = space;
    this.state = state;
  }

  boolean isWorthIt() {
    long saved = space.freeBytes();
    return saved >= LEAST_SAVED && saved >= space.end() / SAVED_PART;
  }

  /**
   * Moves what can be moved. Nothing of the old places is overwritten: they are free when a
   * checkpoint with the new ones is durable.
   */
  void run() throws IOException {
    long moved = 0;
    for (SegmentPlaces.Movable movable : state.places().movablesFromTheEnd()) {
      Extent from = movable.extent();
      moved += from.length();
      Extent to =
          moved > GREATEST_MOVED ? null : space.allocateBefore(from.position(), from.length());
      if (to == null) {
        return; // it stays at the end: moving what lies before it would save nothing
      }
      copy(from, to, movable.used());
      movable.moveTo(to);
    }
  }

  private void copy(Extent from, Extent to, int length) throws IOException {
    byte[] buffer = new byte[Math.min(length, 1 << 20)];
    try {
      for (int at = 0; at < length; at += buffer.length) {
        int piece = Math.min(buffer.length, length - at);
        file.read(from.position() + at, buffer, 0, piece);
        file.write(to.position() + at, buffer, 0, piece);
      }
    } catch (IOException e) {
      space.giveBack(to);
      throw e;
    }
  }
}

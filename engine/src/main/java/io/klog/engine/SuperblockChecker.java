package io.klog.engine;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads both superblocks: each by itself, against the other, and against the file. */
final class SuperblockChecker {
  private SuperblockChecker() {}

  /** The one that counts; null when neither can be trusted. */
  static @Nullable Superblock newest(StorageFile file, Faults faults) throws IOException {
    byte[] pages = new byte[(int) Math.min(file.size(), 2L * Extent.PAGE)];
    file.read(0, pages, 0, pages.length);
    Faults ofSecond = new Faults();
    Superblock first = Superblock.read(pages, 0, faults);
    Superblock second = Superblock.read(pages, Extent.PAGE, ofSecond);
    boolean neverWritten = first != null && first.sequence() == 0 && isZeros(pages);
    if (!neverWritten) {
      faults.addAll(ofSecond);
    }
    if (first == null || second == null) {
      Superblock only = first == null ? second : first;
      checkBounds(only, file, faults);
      return only;
    }
    boolean firstIsNewer = first.sequence() > second.sequence();
    Superblock newer = firstIsNewer ? first : second;
    checkPair(firstIsNewer ? second : first, newer, faults);
    checkBounds(newer, file, faults);
    return newer;
  }

  private static boolean isZeros(byte[] pages) {
    int from = Math.min(Extent.PAGE, pages.length);
    return Arrays.equals(
        pages, from, pages.length, new byte[pages.length - from], 0, pages.length - from);
  }

  private static void checkPair(Superblock older, Superblock newer, Faults faults) {
    long position = Superblock.position(older.sequence());
    if (older.sequence() != newer.sequence() - 1) {
      String expected = "checkpoint " + (newer.sequence() - 1);
      faults.add(position, Superblock.WHERE, expected, "checkpoint " + older.sequence());
    }
    if (older.fileIdHigh() != newer.fileIdHigh() || older.fileIdLow() != newer.fileIdLow()) {
      faults.add(position, Superblock.WHERE, "the file id of the other", "another file's");
    }
    if (older.log().commitId() > newer.log().commitId() || older.epoch() > newer.epoch()) {
      faults.add(
          position,
          Superblock.WHERE,
          "at most commit " + newer.log().commitId() + " and epoch " + newer.epoch(),
          older.log().commitId() + " and " + older.epoch());
    }
  }

  private static void checkBounds(@Nullable Superblock superblock, StorageFile file, Faults faults)
      throws IOException {
    if (superblock == null) {
      return;
    }
    long end = superblock.log().extent().end();
    if (superblock.snapshot() != null) {
      end = Math.max(end, superblock.snapshot().end());
    }
    long position = Superblock.position(superblock.sequence());
    long size = file.size();
    if (superblock.fileLength() > size) {
      String expected = "a file of at least " + superblock.fileLength() + " bytes";
      faults.add(size, Superblock.WHERE, expected, "its end");
    }
    if (end > superblock.fileLength()) {
      String expected = "log and snapshot before byte " + superblock.fileLength();
      faults.add(position, Superblock.WHERE, expected, "one up to byte " + end);
    }
  }
}

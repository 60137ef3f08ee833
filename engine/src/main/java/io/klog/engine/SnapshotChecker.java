package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the snapshot of a checkpoint, sound or not. */
final class SnapshotChecker {
  static final String WHERE = "snapshot";

  private SnapshotChecker() {}

  /** The changes it consists of, as many as can be read. */
  static List<Change> changes(StorageFile file, Superblock superblock, Faults faults)
      throws IOException {
    Extent extent = superblock.snapshot();
    List<Change> changes = new ArrayList<>();
    if (extent == null) {
      return changes;
    }
    long length = superblock.snapshotLength();
    if (length < 0 || length > extent.length() || extent.end() > file.size()) {
      String expected =
          "a snapshot within its " + extent.length() + " bytes and the file's " + file.size();
      faults.add(extent.position(), WHERE, expected, length + " bytes");
      return changes;
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    file.read(extent.position(), bytes, 0, bytes.length);
    int crc = Crc.of(bytes, 0, bytes.length);
    if (crc != superblock.snapshotCrc()) {
      faults.add(
          extent.position(),
          WHERE,
          "the checksum " + Integer.toHexString(superblock.snapshotCrc()),
          Integer.toHexString(crc));
    }
    ByteSource source = new ByteSource(file.name(), extent.position(), bytes, 0, bytes.length);
    try {
      while (source.hasMore()) {
        changes.add(Change.read(source));
      }
    } catch (CorruptLogException e) {
      faults.add(WHERE, e);
    }
    return changes;
  }
}

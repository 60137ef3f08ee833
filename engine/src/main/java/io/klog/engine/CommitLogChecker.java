package io.klog.engine;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the commit log from a checkpoint up to a commit that is known to be in it. Unlike {@link
 * LogReplay} it takes a record that does not hold for damage, not for the log's end, and goes on
 * behind it where the next one follows on what is written there.
 */
final class CommitLogChecker {
  private static final String WHERE = "commit log";

  private final StorageFile file;
  private final Faults faults;
  private final BatchChecker batches;
  private final List<Extent> extents = new ArrayList<>();

  // Where the next record is, and what it follows.
  private Extent extent;
  private long offset;
  private int chain;
  private long epoch;
  private long commitId;
  private long timestamp;
  // The record before did not hold: what commit it was nobody knows.
  private boolean afterDamage;

  CommitLogChecker(StorageFile file, Superblock from, Faults faults) {
    this.file = file;
    this.faults = faults;
    this.batches = new BatchChecker(file.name(), faults);
    this.extent = from.log().extent();
    this.offset = from.log().offset();
    this.chain = from.log().chain();
    this.epoch = from.epoch();
    this.commitId = from.log().commitId();
    this.timestamp = from.log().timestamp();
    extents.add(extent);
  }

  /** Those that were read. */
  List<Extent> extents() {
    return extents;
  }

  void check(long lastCommit) throws IOException {
    while (commitId < lastCommit) {
      byte[] record = read(offset);
      if (record.length == 0) {
        fault("commit " + (commitId + 1) + " of " + lastCommit, "nothing that can be one");
        return;
      }
      boolean holds = follows(record, chain, epoch);
      if (!holds) {
        fault("commit " + (commitId + 1) + " with its checksum", "another record");
        if (!leadsOn(record)) {
          return;
        }
      }
      if (!take(record, holds)) {
        return;
      }
    }
  }

  /** As many bytes as the record at the offset says it has; none where that cannot be. */
  private byte[] read(long at) throws IOException {
    long left = Math.min(extent.end(), file.size()) - extent.position() - at;
    if (left < CommitRecord.PAYLOAD) {
      return new byte[0];
    }
    byte[] header = new byte[CommitRecord.PAYLOAD];
    file.read(extent.position() + at, header, 0, header.length);
    int length = LittleEndian.getInt(header, CommitRecord.LENGTH);
    if (length < CommitRecord.PAYLOAD || length % CommitRecord.ALIGNMENT != 0 || length > left) {
      return new byte[0];
    }
    byte[] record = new byte[length];
    file.read(extent.position() + at, record, 0, length);
    return record;
  }

  private static boolean follows(byte[] record, int chain, long epoch) {
    return LittleEndian.getInt(record, CommitRecord.CRC)
        == CommitRecord.crc(record, record.length, chain, epoch);
  }

  /** Whether the record behind a damaged one follows on the checksum that stands there. */
  private boolean leadsOn(byte[] damaged) throws IOException {
    byte[] next = read(offset + damaged.length);
    return next.length > 0 && follows(next, LittleEndian.getInt(damaged, CommitRecord.CRC), epoch);
  }

  /** Steps over the record; false where it does not say where to. */
  private boolean take(byte[] record, boolean holds) {
    long position = extent.position() + offset;
    chain = LittleEndian.getInt(record, CommitRecord.CRC);
    offset += record.length;
    if (!holds) {
      afterDamage = true;
      return true;
    }
    checkTimes(record, position);
    afterDamage = false;
    switch (record[CommitRecord.KIND]) {
      case CommitRecord.COMMIT -> commit(record, position);
      case CommitRecord.EPOCH -> beginEpoch(record, position);
      case CommitRecord.LINK -> {
        return follow(record, position);
      }
      default -> fault(position, "a record of kind 1 to 3", "kind " + record[CommitRecord.KIND]);
    }
    return true;
  }

  private void checkTimes(byte[] record, long position) {
    long id = LittleEndian.getLong(record, CommitRecord.COMMIT_ID);
    long time = LittleEndian.getLong(record, CommitRecord.TIMESTAMP);
    long expected = record[CommitRecord.KIND] == CommitRecord.COMMIT ? commitId + 1 : commitId;
    if (id != expected && !afterDamage) {
      fault(position, "the id of commit " + expected, String.valueOf(id));
    }
    if (time < timestamp) {
      fault(position, "a time from " + timestamp + " on", String.valueOf(time));
    }
    commitId = id;
    timestamp = time;
  }

  private void commit(byte[] record, long position) {
    int payload = LittleEndian.getInt(record, CommitRecord.PAYLOAD_LENGTH);
    int left = record.length - CommitRecord.PAYLOAD;
    if (payload < 0 || payload > left || left - payload >= CommitRecord.ALIGNMENT) {
      fault(position, "a payload that fills its record of " + record.length, "" + payload);
      return;
    }
    int end = CommitRecord.PAYLOAD + payload;
    ByteSource source = new ByteSource(file.name(), position, record, CommitRecord.PAYLOAD, end);
    try {
      while (source.hasMore()) {
        if (Change.read(source) instanceof Change.BatchInlined inlined) {
          batch(inlined, position + source.at());
        }
      }
    } catch (CorruptLogException e) {
      faults.add(WHERE, e);
    }
  }

  private void batch(Change.BatchInlined inlined, long end) {
    TailBatch batch = inlined.batch();
    String where =
        "batch of topic "
            + inlined.topicId()
            + ", partition "
            + inlined.partition()
            + ", in the log";
    batches.check(batch.array(), batch.start(), batch.length(), end - batch.length(), where);
  }

  private void beginEpoch(byte[] record, long position) {
    if (record.length < CommitRecord.EPOCH_LENGTH) {
      fault(position, "an epoch of " + CommitRecord.EPOCH_LENGTH + " bytes", "" + record.length);
      return;
    }
    long next = LittleEndian.getLong(record, CommitRecord.NEW_EPOCH);
    if (next <= epoch) {
      fault(position, "an epoch after " + epoch, String.valueOf(next));
    }
    epoch = next;
  }

  private boolean follow(byte[] record, long position) {
    Extent next = CommitRecord.linked(record);
    if (next == null) {
      fault(position, "a link to whole pages", "a link to others");
      return false;
    }
    extent = next;
    offset = 0;
    extents.add(next);
    return true;
  }

  private void fault(String expected, String found) {
    fault(extent.position() + offset, expected, found);
  }

  private void fault(long position, String expected, String found) {
    faults.add(position, WHERE, expected, found);
  }
}

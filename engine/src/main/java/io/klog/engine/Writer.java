package io.klog.engine;

import io.klog.engine.Change.BatchInlined;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts commits into the file. By who has the writer's lock and the {@link Replica}'s, which guard
 * everything here.
 */
final class Writer {
  /** The log may make up this part of what gathers between checkpoints: its pages are for reuse. */
  private static final int LOG_PART = 4;

  private static final long LEAST_RESERVE = 64 * 1024;

  private final StorageFile file;
  private final Storage storage;
  private final Replica replica;
  private final Space space;
  private final StoreState state;
  private final CommitLog log;
  private final SharedPage page;
  private final SegmentReader reader;
  private final Publisher publisher;
  private final GroupCommit groupCommit;
  private final Limits limits;
  // Where the tail has to grow to before the next fold; more than the limit after one that failed.
  private long foldAt;
  // Free pages that are known to have room on the device, as the shared page has them; null when
  // there are none to be had.
  private @Nullable Extent reserve;
  // Whether it is known that this opening has begun its recovery epoch.
  private boolean epochStarted;
  // Whether a segment was added since this was asked last: the one before it is sealed.
  private boolean segmentAdded;
  // Whether a reserve is to be looked for. Written by anybody.
  private volatile boolean reserveWanted;

  Writer(
      Storage storage,
      StorageFile file,
      Replica replica,
      SharedPage page,
      Publisher publisher,
      GroupCommit groupCommit,
      Limits limits) {
    this.storage = storage;
    this.file = file;
    this.replica = replica;
    this.space = replica.space();
    this.state = replica.state();
    this.log = replica.log();
    this.page = page;
    this.reader = new SegmentReader(file);
    this.publisher = publisher;
    this.groupCommit = groupCommit;
    this.limits = limits;
    this.foldAt = limits.fold();
  }

  /** Follows what others have written meanwhile. */
  void settle() throws IOException {
    if (replica.makeReady()) {
      reserve = page.reserve();
    }
  }

  /**
   * Makes all ready for a commit: the first of all begins an epoch, and a checkpoint may have used
   * up the reserve.
   */
  void makeReady() throws IOException {
    settle();
    if (!epochStarted) {
      startEpoch();
    }
    if (reserveWanted) {
      reserveWanted = false;
      keepReserve(replica.superblock().snapshotLength());
    }
  }

  /** Sees to it that there is a reserve when the writer's lock is taken next. By anybody. */
  void wantReserve() {
    reserveWanted = true;
  }

  /** Begins a recovery epoch unless one of those who have the file open has done so. */
  private void startEpoch() throws IOException {
    boolean first = log.epoch() == page.foundEpoch();
    if (first) {
      log.startEpoch();
    }
    groupCommit.sync(); // whoever began it may have died before it was durable
    if (first) {
      keepReserve(replica.superblock().snapshotLength());
    }
    epochStarted = true;
  }

  /** Bytes that a recovery would have to read: the log and the segments' since the checkpoint. */
  private long bytesSinceCheckpoint() {
    return log.written() + state.segmentBytes();
  }

  /**
   * Whether a checkpoint is worth its syncs: much has been written since the last, or something was
   * dropped, whose pages only the next one frees.
   */
  boolean isCheckpointDue() {
    return bytesSinceCheckpoint() >= limits.checkpoint()
        || log.written() >= limits.checkpoint() / LOG_PART
        || state.droppedTailBytes() >= LEAST_RESERVE
        || space.hasRetired();
  }

  /**
   * Commits a transaction's batches and positions.
   *
   * @param batches sealed; placed by this
   * @param shown whether it may be seen at once
   * @return the id of the newest commit in the log: this one, or a fold that followed it
   * @throws IOException nothing was committed
   */
  long commit(
      Map<PartitionState, BatchBuilder> batches,
      Collection<? extends Change> positions,
      boolean shown)
      throws IOException {
    long size = 0;
    for (BatchBuilder builder : batches.values()) {
      size += builder.size();
    }
    if (size <= limits.inline()) {
      commitInline(batches, positions, now(), shown);
    } else {
      commitStaged(batches, positions, now(), shown);
    }
    foldIfDue(shown);
    keepReserveForTail();
    return log.commitId();
  }

  Spill newSpill() {
    return new Spill(file, space, state, reader);
  }

  /**
   * Writes a transaction's batches, and does not commit them yet.
   *
   * @throws IOException nothing was written, unless the spill is broken
   */
  void spill(Spill spill, Map<PartitionState, BatchBuilder> batches) throws IOException {
    spill.write(batches, now());
  }

  /** The same as the other for a transaction that has written a part of its batches before. */
  long commit(
      Spill spill,
      Map<PartitionState, BatchBuilder> batches,
      Collection<? extends Change> positions,
      boolean shown)
      throws IOException {
    spill(spill, batches);
    List<Change> changes = spill.changes();
    changes.addAll(positions);
    commit(changes, Math.max(now(), spill.timestamp()), shown);
    spill.committed();
    foldIfDue(shown);
    keepReserveForTail();
    return log.commitId();
  }

  private void commitInline(
      Map<PartitionState, BatchBuilder> batches,
      Collection<? extends Change> positions,
      long now,
      boolean shown)
      throws IOException {
    List<Change> changes = new ArrayList<>(batches.size() + positions.size());
    for (Map.Entry<PartitionState, BatchBuilder> entry : batches.entrySet()) {
      PartitionState partition = entry.getKey();
      BatchBuilder builder = entry.getValue();
      long base = partition.staged().endOffset();
      for (int i = 0; i < builder.batches(); i++) {
        builder.place(i, base, now, partition.inlineSeed());
        TailBatch batch = new TailBatch(builder.array(), builder.start(i));
        changes.add(new BatchInlined(partition.topic().id(), partition.partition(), batch));
      }
    }
    changes.addAll(positions);
    commit(changes, now, shown);
  }

  private void commitStaged(
      Map<PartitionState, BatchBuilder> batches,
      Collection<? extends Change> positions,
      long now,
      boolean shown)
      throws IOException {
    stageAndCommit(
        now,
        shown,
        staging -> {
          for (Map.Entry<PartitionState, BatchBuilder> entry : batches.entrySet()) {
            PartitionState partition = entry.getKey();
            SegmentAppender appender = appender(staging, partition);
            appendTail(appender, partition, now);
            appender.append(entry.getValue(), partition.staged().endOffset(), now);
            appender.finish();
          }
          staging.changes().addAll(positions);
        });
  }

  /** Writes what a commit puts into segments. */
  private interface Stager {
    void stage(SegmentAppender.Staging staging) throws IOException;
  }

  /** Where the device is full, with other pages: see {@link Space#FULL_DEVICE_TRIES}. */
  private void stageAndCommit(long now, boolean shown, Stager stager) throws IOException {
    List<SegmentAppender.Staging> aside = new ArrayList<>(0);
    try {
      while (true) {
        SegmentAppender.Staging staging = new SegmentAppender.Staging(!aside.isEmpty(), true);
        boolean done = false;
        try {
          stager.stage(staging);
          commit(staging.changes(), now, shown);
          done = true;
          staging.committed();
          return;
        } catch (StorageFullException e) {
          if (aside.size() == Space.FULL_DEVICE_TRIES) {
            throw e;
          }
        } finally {
          if (!done) {
            aside.add(staging);
          }
        }
      }
    } finally {
      aside.forEach(staging -> staging.abandoned(space));
    }
  }

  /** Writes this into an extent of its own. */
  Extent writeExtent(ByteSink bytes) throws IOException {
    return space.allocate(
        Extent.pages(bytes.size()),
        extent -> file.write(extent.position(), bytes.array(), 0, bytes.size()));
  }

  /**
   * Commits changes that drop something. Works on a full device too: what has to be written fits
   * into the reserve.
   */
  long commitGivingRoom(List<Change> changes) throws IOException {
    try {
      return commit(changes, now(), false);
    } catch (StorageFullException e) {
      if (!giveReserveBack()) {
        throw e;
      }
      return commit(changes, now(), false);
    }
  }

  /**
   * Sees to it that the log can be extended and a snapshot written when the device is full, so that
   * dropping a topic, or its oldest records, makes room. Where there is no room for it now, a later
   * call may find some.
   *
   * @param snapshotLength of a snapshot as it would be written now, bytes
   */
  private void keepReserve(long snapshotLength) {
    if (reserve == null) {
      try {
        // A checkpoint folds the tail first; partitions of few bytes take whole pages.
        long folded = state.tailBytes() < LEAST_RESERVE / 2 ? 0 : limits.fold() * 5 / 4;
        Extent found = log.newExtent(0, LEAST_RESERVE + 2 * snapshotLength + folded);
        page.putReserve(found);
        reserve = found;
      } catch (IOException | RuntimeException | VirtualMachineError e) {
        // Whoever came by has committed, or can without it.
        System.getLogger(Writer.class.getName())
            .log(System.Logger.Level.DEBUG, file.name() + ": no reserve", e);
      }
    }
  }

  /**
   * The first reserve is for short tails, so that a short-lived opening need not write a long one.
   */
  private void keepReserveForTail() {
    Extent kept = reserve;
    if (kept != null && kept.length() < limits.fold() && state.tailBytes() >= LEAST_RESERVE / 2) {
      try {
        giveReserveBack();
        keepReserve(0);
      } catch (IOException | RuntimeException | VirtualMachineError e) {
        System.getLogger(Writer.class.getName())
            .log(System.Logger.Level.DEBUG, file.name() + ": no longer reserve", e);
      }
    }
  }

  boolean giveReserveBack() throws IOException {
    Extent given = reserve;
    if (given == null) {
      return false;
    }
    page.putReserve(null);
    reserve = null;
    space.giveBack(given);
    return true;
  }

  /**
   * Folds the whole tail.
   *
   * @param shown whether all commits so far may be seen at once
   */
  void fold(boolean shown) throws IOException {
    if (state.tails().isEmpty()) {
      return;
    }
    long now = now();
    stageAndCommit(
        now,
        shown,
        staging -> {
          for (PartitionState partition : state.tails()) {
            SegmentAppender appender = appender(staging, partition);
            appendTail(appender, partition, now);
            appender.finish();
          }
        });
    foldAt = limits.fold();
  }

  /**
   * A fold that fails harms no commit: what it would have moved stays in the log. A transaction
   * that has staged something folds its partitions' tails itself, behind which that lies.
   */
  private void foldIfDue(boolean shown) {
    if (state.tailBytes() < foldAt || space.isStaged()) {
      return;
    }
    try {
      fold(shown);
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      foldAt = state.tailBytes() + limits.fold();
      System.getLogger(Writer.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": fold put off", e);
    }
  }

  private SegmentAppender appender(SegmentAppender.Staging staging, PartitionState partition)
      throws IOException {
    return new SegmentAppender(file, space, state, reader, staging, partition);
  }

  /** Makes a few well-filled batches of the partition's tail. */
  static void appendTail(SegmentAppender appender, PartitionState partition, long now)
      throws IOException {
    PartitionView view = partition.staged();
    if (view.tailCount() == 0) {
      return;
    }
    int size = 0;
    for (int i = 0; i < view.tailCount(); i++) {
      size += view.tail(i).length();
    }
    BatchBuilder folded = new BatchBuilder(size);
    RecordView record = new RecordView();
    for (int i = 0; i < view.tailCount(); i++) {
      TailBatch batch = view.tail(i);
      record.batch(batch.array(), batch.start(), batch.length());
      long committed = RecordBatch.appendTimestamp(batch.array(), batch.start());
      for (int n = RecordBatch.count(batch.array(), batch.start()); n > 0; n--) {
        record.next();
        folded.append(record, committed);
      }
    }
    folded.seal();
    appender.append(folded, view.foldedEnd(), now);
  }

  /** Commits changes that put nothing into segments. */
  long commit(List<Change> changes, boolean shown) throws IOException {
    return commit(changes, now(), shown);
  }

  /** Writes the record, applies it, and hands it on to be shown when its time has come. */
  private long commit(List<Change> changes, long now, boolean shown) throws IOException {
    log.append(changes, now, shown);
    boolean applied = false;
    try {
      long commitId = log.commitId();
      Effect effect = new Effect(commitId);
      List<Extent> dropped = new ArrayList<>(0);
      state.apply(changes, effect, dropped);
      for (Extent extent : dropped) {
        space.retire(extent, commitId);
      }
      segmentAdded |= adds(changes);
      publisher.enqueue(effect);
      groupCommit.staged(commitId);
      applied = true;
      return commitId;
    } finally {
      if (!applied) { // out of memory, or a mistake of ours: only recovery can tell the state now
        groupCommit.fail(new IOException("a commit was written and could not be taken over"));
      }
    }
  }

  private static boolean adds(List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) instanceof Change.SegmentAdded) {
        return true;
      }
    }
    return false;
  }

  /** Whether this process has added a segment since the last call, so that one may be sealed. */
  boolean takeSegmentAdded() {
    boolean added = segmentAdded;
    segmentAdded = false;
    return added;
  }

  /**
   * Commits a key index of a segment, if that is still there and has none.
   *
   * @return the commit's id, 0 for none
   */
  long commitKeys(PartitionState partition, Segment segment, byte[] index, boolean shown)
      throws IOException {
    TopicState topic = state.catalog().state(segment.topicId());
    PartitionView view = partition.staged();
    int i = topic == null ? -1 : view.spanOf(segment.generation());
    if (i < 0 || view.span(i).keys() != null) {
      return 0;
    }
    Extent extent =
        space.allocate(index.length, there -> file.write(there.position(), index, 0, index.length));
    boolean done = false;
    try {
      int digest = Crc.of(index, 0, index.length);
      long commitId =
          commit(
              List.of(
                  new Change.KeysIndexed(
                      segment.topicId(),
                      segment.partition(),
                      segment.generation(),
                      extent,
                      digest)),
              shown);
      done = true;
      return commitId;
    } finally {
      if (!done) {
        space.giveBack(extent);
      }
    }
  }

  private long now() {
    return Math.max(log.timestamp(), storage.currentTimeMillis());
  }
}

package io.klog.engine;

import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of the file: the state after the newest commit it has followed, the place
 * in the commit log behind that, and which pages are free. Others go on writing; it follows them by
 * replaying the log, or from a checkpoint when its place in the log is gone.
 *
 * <p>Who only reads follows the log as far as commits may be seen, and needs the lock here only.
 * Who writes has the writer's lock as well, and follows to the end.
 */
final class Replica {
  /** How long anybody waits for the lock, in seconds: its holder may wait for the device. */
  private static final int PATIENCE = 60;

  /** Another checkpoint may become durable while the space is found out, this often. */
  private static final int TRIALS = 1000;

  private final StorageFile file;
  private final SharedPage page;
  private final boolean readOnly;
  private final Publisher publisher;
  private final WriterLock writerLock;
  private final GroupCommit groupCommit;

  // Guards all below, and the state, the log and the space themselves. Held while the log is
  // followed, which reads the page cache, and while this process appends to it.
  private final ReentrantLock lock = new ReentrantLock();
  private final StoreState state;
  private final CommitLog log;
  private final Space space;
  // The newest one that is known to be durable.
  private Superblock superblock;
  // The opening whose page was seen last. Guarded by lock; read by anybody.
  private volatile long opening;
  // Its checkpoint that was seen last. Written under lock, read by anybody.
  private volatile long sequence;
  // Whether anybody may be writing; not until the opening changes, when nobody was at first: what
  // a power cut left behind the end must not be followed before the next opener has cut it off.
  private volatile boolean live;
  // Whether others have, or we have by a checkpoint, changed what is free.
  private boolean spaceStale = true;
  // What was taken for used besides when the space was found out last.
  private SharedPage.@Nullable Unnamed unnamed;

  Replica(
      StorageFile file,
      SharedPage page,
      boolean readOnly,
      Publisher publisher,
      WriterLock writerLock,
      GroupCommit groupCommit,
      StoreLoader.Loaded loaded,
      boolean live)
      throws IOException {
    this.file = file;
    this.page = page;
    this.readOnly = readOnly;
    this.publisher = publisher;
    this.writerLock = writerLock;
    this.groupCommit = groupCommit;
    this.live = live;
    this.state = loaded.state();
    this.space = new Space(file);
    this.superblock = loaded.superblock();
    LogReplay replay = loaded.replay();
    this.log = new CommitLog(file, space, superblock.log().extent(), replay, groupCommit);
    space.retire(loaded.dropped());
    this.opening = page.opening();
    this.sequence = superblock.sequence();
    showAll();
  }

  private void showAll() {
    Effect effect = new Effect(log.commitId());
    state.show(effect);
    publisher.replace(effect);
  }

  /** Takes the lock, whatever interrupts: what follows is short or the device's to delay. */
  void lock() {
    if (lock.tryLock()) {
      return;
    }
    boolean interrupted = false;
    int waited = 0;
    try {
      while (true) {
        try {
          if (lock.tryLock(1, TimeUnit.SECONDS)) {
            return;
          }
          if (++waited == PATIENCE) { // a process that was stopped meanwhile has waited one second
            throw new KlogException(
                Reason.BUSY,
                file.name() + ": a thread of this process has been at it for " + PATIENCE + " s");
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void unlock() {
    lock.unlock();
  }

  StoreState state() {
    return state;
  }

  CommitLog log() {
    return log;
  }

  Space space() {
    return space;
  }

  Superblock superblock() {
    return superblock;
  }

  /** Whether others may have committed what cannot be seen yet. */
  boolean hasUnseen() throws IOException {
    return page.hasCompany() && (publisher.isWaiting() || log.hasMore());
  }

  /** Shows what others have committed meanwhile. Cheap when that is nothing. */
  void refresh() throws IOException {
    if (readOnly ? !isLive() : !page.hasCompany()) {
      return;
    }
    if (publisher.isWaiting()) {
      publisher.publish(page.durable());
    }
    if (writerLock.isSettled() || !hasNews()) {
      return; // who has the writer's lock, and knows the end, is the only one to move it
    }
    lock();
    try {
      if (!writerLock.isSettled()) {
        followShown();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isLive() throws IOException {
    if (!live) {
      // Of a page that a crash left, only another token says anything.
      live =
          page.opening() != opening
              || (opening == 0 && (currentSequence() != sequence || log.hasMore()));
    }
    return live;
  }

  private boolean hasNews() throws IOException {
    return log.hasMore() || page.opening() != opening || currentSequence() != sequence;
  }

  /** Of a file that nobody has open for writing any more, its own superblocks tell. */
  private long currentSequence() throws IOException {
    return page.opening() == 0 ? Superblock.newestSequence(file) : page.sequence();
  }

  private void followShown() throws IOException {
    if (page.opening() == 0) {
      recover();
      return;
    }
    if (!log.isIntact()) {
      load();
    }
    boolean joined = page.isJoined(); // before what is durable then
    long durable = page.durable();
    follow(durable);
    if (readOnly && !joined && log.hasMore()) {
      // One process writes, which need not say what is durable: nobody was there to read it.
      follow(LogReplay.ALL);
      groupCommit.sync();
      durable = log.commitId();
    }
    publisher.publish(durable);
    followCheckpoint();
  }

  /** Follows the log to its end. By who has the writer's lock and did not have it just before. */
  private void settle() throws IOException {
    page.claimWriter();
    if (!log.isIntact()) {
      load();
    }
    followCheckpoint();
    follow(LogReplay.ALL);
    publisher.publish(page.durable());
    writerLock.settle();
  }

  /**
   * Makes this ready to append. By who has the writer's lock.
   *
   * @return whether others may have written since it was ready before
   */
  boolean makeReady() throws IOException {
    boolean fresh = !writerLock.isSettled();
    if (fresh) {
      settle();
      spaceStale |= !page.unnamed().equals(unnamed); // the log does not tell
    }
    if (spaceStale) {
      resetSpace();
    }
    return fresh;
  }

  private void follow(long durable) throws IOException {
    if (!log.hasMore()) {
      return;
    }
    LogReplay replay = new LogReplay(file, log.epoch(), log.position(), durable, null);
    replay.run(
        state,
        (commitId, changes, position) -> {
          Effect effect = new Effect(commitId);
          List<Extent> dropped = new ArrayList<>(0);
          state.apply(changes, effect, dropped);
          dropped.forEach(extent -> space.retire(extent, commitId));
          spaceStale |= takesSpace(changes, dropped);
          publisher.enqueue(effect);
          if (durable != LogReplay.ALL) {
            publisher.publish(commitId);
          }
        });
    spaceStale |= !replay.extents().isEmpty();
    log.follow(replay);
    publisher.publish(replay.shown()); // of what was followed to the end, a part may be seen
  }

  private static boolean takesSpace(List<Change> changes, List<Extent> dropped) {
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      if (change instanceof Change.SegmentAdded || change instanceof Change.KeysIndexed) {
        return true;
      }
    }
    return !dropped.isEmpty();
  }

  /** Takes notice of a checkpoint that another process, or this one, has written meanwhile. */
  void followCheckpoint() throws IOException {
    if (page.opening() == opening && currentSequence() == sequence) {
      return;
    }
    Superblock newest = StoreLoader.newestDurable(file, page);
    if (isAhead(newest)) {
      follow(Math.max(page.durable(), newest.log().commitId()));
      if (isAhead(newest)) {
        load();
        return;
      }
    }
    followed(newest);
  }

  /** Another process's superblock is durable. */
  void followed(Superblock newest) throws IOException {
    log.checkpointed();
    state.checkpointed();
    checkpointed(newest);
  }

  /** The last to close a file moves the log elsewhere, without a link. */
  private boolean isAhead(Superblock newest) {
    LogPosition theirs = newest.log();
    return theirs.commitId() > log.commitId()
        || (theirs.commitId() == log.commitId()
            && !theirs.extent().equals(log.position().extent()));
  }

  /** A superblock is durable: what only the one before needed is free. */
  void checkpointed(Superblock newest) throws IOException {
    superblock = newest;
    log.releaseBefore(newest.log().extent());
    space.release(newest.log().commitId());
    spaceStale = true;
    opening = page.opening();
    sequence = newest.sequence();
  }

  /** The place in the log is gone: starts again from the newest checkpoint. */
  private void load() throws IOException {
    become(StoreLoader.follow(file, page, groupCommit::sync)); // for it is all shown at once
  }

  private void become(StoreLoader.Loaded loaded) throws IOException {
    LogReplay replay = loaded.replay();
    state.become(loaded.state());
    log.restart(loaded.superblock().log().extent(), replay);
    space.release(Long.MAX_VALUE);
    space.retire(loaded.dropped());
    showAll();
    checkpointed(loaded.superblock());
  }

  /**
   * Nobody has the file open for writing: reads it as one who comes now does. A crash may have torn
   * the end of the log, and somebody may begin to write meanwhile.
   */
  private void recover() throws IOException {
    for (int i = 0; page.opening() == 0; i++) {
      long tried = Superblock.newestSequence(file);
      try {
        StoreLoader.Loaded loaded = StoreLoader.recover(file);
        groupCommit.sync();
        long newest = StoreLoader.newest(file).sequence();
        if (page.opening() == 0 && newest == loaded.superblock().sequence()) {
          become(loaded);
          return;
        }
      } catch (CorruptLogException e) {
        boolean same = page.opening() == 0 && Superblock.newestSequence(file) == tried;
        if (same || i == TRIALS) { // else somebody has had it open and has closed it meanwhile
          throw e;
        }
      }
    }
    load(); // somebody has it open meanwhile
  }

  /** All that is referred to, by the state, a recovery from the checkpoint, and the page. */
  private List<Extent> used(SharedPage.Unnamed besides) {
    List<Extent> used = new ArrayList<>(state.places().extents());
    used.add(Superblock.RESERVED);
    used.addAll(log.extents());
    addIfAny(used, superblock.snapshot());
    Extent pending = besides.pending();
    if (pending != null && !pending.equals(superblock.snapshot())) {
      used.add(pending);
    }
    addIfAny(used, besides.reserve());
    return used;
  }

  private static void addIfAny(List<Extent> extents, @Nullable Extent extent) {
    if (extent != null) {
      extents.add(extent);
    }
  }

  /**
   * What is free is to be found out anew before more is allocated. By who has the writer's lock.
   * Meanwhile a checkpoint of another may become durable: its snapshot is the page's until then,
   * and the superblock's from then on.
   */
  void resetSpace() throws IOException {
    SharedPage.Unnamed seen = page.unnamed();
    for (int i = 0; seen.sequence() != sequence && i < TRIALS; i++) {
      followCheckpoint();
      seen = page.unnamed();
    }
    space.reset(used(seen));
    unnamed = seen;
    spaceStale = false;
  }
}

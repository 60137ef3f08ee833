package io.klog.engine;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Words that the processes share which have the file open for writing, in the third page. Nothing
 * of what is stored: the first to open the file makes the page anew, the last to close it fills it
 * with zeros.
 *
 * <pre>
 * SharedPage => Token Failed Openings Epoch Joined Writer Wanted ReservePosition ReserveLength
 *               Sequence PendingPosition PendingLength Zeros Slot{120}
 *   Token    : u64, random, of this opening: from the first process until all have closed the file
 *   Failed   : u64, not 0 when a sync failed: nobody may go on before all have closed the file
 *   Openings : u64, how many processes have opened the file since it was free
 *   Epoch    : u64, the recovery epoch that the first of them found: what they write has another
 *   Joined   : u64, not 0 when one who joined the first has said what is durable: from then on all do
 *   Writer   : u64, the token of the slot that had the writer's lock last
 *   Wanted   : u64, the token of a slot that waits for the writer's lock, or 0
 *   ReservePosition, ReserveLength : u64, free pages with room on the device; 0 and 0 for none
 *   Sequence : u64, of the newest superblock that is durable
 *   PendingPosition, PendingLength : u64, the snapshot of the checkpoint after that; 0 and 0, or the
 *              snapshot of that one, for none
 * Slot => Token Durable Check Process Polls
 *   Token   : u64, random, of the process's opening; 0 for a slot that is free
 *   Durable : u64, all commits up to this one are durable and may be seen
 *   Check   : u64, Durable with all bits turned: the two may be read while they are written
 *   Process : u32, the process's id
 *   Polls   : u32, grows while members of consumer groups in the process poll
 * </pre>
 *
 * Who writes what: Token, Openings, Epoch and Joined, who holds the opening's lock; Writer and
 * Reserve, who holds the writer's lock; Sequence and Pending, who holds the checkpoint's lock; a
 * slot, who holds its lock; Failed and Wanted, anybody.
 */
final class SharedPage {
  private static final int TOKEN = 0;
  private static final int FAILED = TOKEN + Long.BYTES;
  private static final int OPENINGS = FAILED + Long.BYTES;
  private static final int EPOCH = OPENINGS + Long.BYTES;
  private static final int JOINED = EPOCH + Long.BYTES;
  private static final int WRITER = JOINED + Long.BYTES;
  private static final int WANTED = WRITER + Long.BYTES;
  private static final int RESERVE = WANTED + Long.BYTES;
  private static final int SEQUENCE = RESERVE + 2 * Long.BYTES;
  private static final int PENDING = SEQUENCE + Long.BYTES;
  private static final int HEAD = PENDING + 2 * Long.BYTES;

  private static final int SLOT_TOKEN = 0;
  private static final int SLOT_DURABLE = SLOT_TOKEN + Long.BYTES;
  private static final int SLOT_CHECK = SLOT_DURABLE + Long.BYTES;
  private static final int SLOT_PROCESS = SLOT_CHECK + Long.BYTES;
  private static final int SLOT_POLLS = SLOT_PROCESS + Integer.BYTES;
  private static final int SLOT = SLOT_POLLS + Integer.BYTES;
  private static final int FIRST_SLOT = 256;

  /** How many processes can have a file open for writing. */
  static final int SLOTS = (Extent.PAGE - FIRST_SLOT) / SLOT;

  /**
   * A slot is written within a microsecond; one that does not fit its check for so long is rotten.
   */
  private static final int DURABLE_TRIALS = 1000;

  static {
    assert HEAD <= FIRST_SLOT;
  }

  private final StorageFile file;
  private final PageWords words;
  // The opening's and our own, once entered; 0 for one who only reads. Set before the store is
  // used.
  private long opening;
  private long token;
  private int slot = -1;
  // Of the newest durable superblock, as last seen. Written and read by anybody.
  private volatile long sequence;

  SharedPage(StorageFile file) {
    this.file = file;
    this.words = new PageWords(file, 2L * Extent.PAGE);
  }

  /**
   * Makes the page anew, by the first to open the file.
   *
   * @param durable the newest commit, which is durable
   */
  void create(int ownSlot, long ownToken, Superblock superblock, long epoch, long durable)
      throws IOException {
    byte[] page = new byte[Extent.PAGE];
    LittleEndian.putLong(page, TOKEN, ownToken);
    LittleEndian.putLong(page, OPENINGS, 1);
    LittleEndian.putLong(page, EPOCH, epoch);
    LittleEndian.putLong(page, SEQUENCE, superblock.sequence());
    putSlot(page, slotAt(ownSlot), ownToken, durable);
    write(TOKEN, page);
    opening = ownToken;
    token = ownToken;
    slot = ownSlot;
    sequence = superblock.sequence();
  }

  /**
   * Tells others that the page will be made anew: who had it before is out of the file, and who
   * only reads must not believe what else it says.
   */
  void seize() throws IOException {
    write(TOKEN, 0);
  }

  /** Enters a slot in the page that others made, and counts the opening. */
  void enter(int ownSlot, long ownToken) throws IOException {
    byte[] entry = new byte[SLOT];
    putSlot(entry, 0, ownToken, durable());
    opening = words.read(TOKEN);
    write(OPENINGS, words.read(OPENINGS) + 1); // so many slots are looked at
    write(slotAt(ownSlot), entry);
    token = ownToken;
    slot = ownSlot;
  }

  /**
   * Says what is durable, after having entered and looked. Before that, what the first process had
   * made durable alone was said nowhere.
   */
  void join(long durable) throws IOException {
    putDurable(durable);
    write(JOINED, 1);
  }

  /** Whether all that is durable is said to be. */
  boolean isJoined() throws IOException {
    return words.read(JOINED) != 0;
  }

  /** Leaves the slot; what it says to be durable stays. */
  void leave() throws IOException {
    write(slotAt(slot) + SLOT_TOKEN, 0);
  }

  /** Nobody has the file open any more. */
  void clear() throws IOException {
    write(TOKEN, new byte[Extent.PAGE]);
  }

  private static int slotAt(int slot) {
    return FIRST_SLOT + slot * SLOT;
  }

  private static void putSlot(byte[] bytes, int at, long token, long durable) {
    LittleEndian.putLong(bytes, at + SLOT_TOKEN, token);
    putDurable(bytes, at + SLOT_DURABLE, durable);
    LittleEndian.putInt(bytes, at + SLOT_PROCESS, (int) ProcessHandle.current().pid());
  }

  private static void putDurable(byte[] bytes, int at, long durable) {
    LittleEndian.putLong(bytes, at, durable);
    LittleEndian.putLong(bytes, at + SLOT_CHECK - SLOT_DURABLE, ~durable);
  }

  /** What the head said at one moment. */
  private record Head(long token, long failed, long writer, long wanted) {}

  private Head head() throws IOException {
    byte[] head = new byte[HEAD];
    words.read(TOKEN, head);
    return new Head(
        LittleEndian.getLong(head, TOKEN),
        LittleEndian.getLong(head, FAILED),
        LittleEndian.getLong(head, WRITER),
        LittleEndian.getLong(head, WANTED));
  }

  /**
   * Returns if the file is still ours, and nobody's device failed.
   *
   * @param writing whether we believe to have the writer's lock
   * @throws LostFileException when another process has taken the file, or the lock
   */
  void verify(boolean writing) throws IOException {
    if (words.areBroken()) {
      throw new LostFileException("the page that processes share cannot be written");
    }
    Head head = head();
    if (head.token != opening || (writing && head.writer != token)) {
      throw taken();
    }
    if (head.failed != 0) {
      throw new LostFileException("the device failed for another process that has the file open");
    }
  }

  /**
   * This process has to let go of the file: another has it, or what they share is not to be had.
   */
  static final class LostFileException extends IOException {
    private static final long serialVersionUID = 1L;

    LostFileException(String message) {
      super(message);
    }
  }

  private LostFileException taken() {
    return new LostFileException(
        "the file was taken by another process: something in this one opened and closed it beside"
            + " klog, which drops klog's locks");
  }

  /**
   * Of the opening, 0 when nobody has the file open, or recovers it; another one after all have
   * closed it.
   */
  long opening() throws IOException {
    return words.read(TOKEN);
  }

  boolean hasFailed() throws IOException {
    return words.read(FAILED) != 0;
  }

  /** Tells others that a device failed. Best effort: it is the same device. */
  void tellOfFailure() {
    try {
      if (words.read(TOKEN) == opening) {
        words.writeOnce(FAILED, 1);
      }
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      System.getLogger(SharedPage.class.getName())
          .log(System.Logger.Level.DEBUG, file.name() + ": other processes cannot be told", e);
    }
  }

  /**
   * Whether another process has, or had, the file open for writing besides the first.
   *
   * @throws LostFileException when the file is not ours any more, and we do not only read
   */
  boolean hasCompany() throws IOException {
    byte[] head = new byte[EPOCH];
    words.read(TOKEN, head);
    if (slot >= 0 && LittleEndian.getLong(head, TOKEN) != opening) {
      throw taken();
    }
    return LittleEndian.getLong(head, OPENINGS) > 1;
  }

  /** The recovery epoch that the first opener found. */
  long foundEpoch() throws IOException {
    return words.read(EPOCH);
  }

  /** Under the writer's lock, when it was taken anew. */
  void claimWriter() throws IOException {
    Head head = head();
    if (head.writer != token) {
      write(WRITER, token);
    }
    if (head.wanted != 0) {
      write(WANTED, 0); // ours, or of one who will say so again, or of one who is dead
    }
  }

  /** Whether another process waits for the writer's lock, or has died doing so. */
  boolean isWantedByOthers() throws IOException {
    long wanted = words.read(WANTED);
    return wanted != 0 && wanted != token;
  }

  /** Asks whoever keeps the writer's lock to let go of it. */
  void want() throws IOException {
    if (words.read(WANTED) == 0) {
      write(WANTED, token);
    }
  }

  void wantNoMore() throws IOException {
    if (words.read(WANTED) == token) {
      write(WANTED, 0);
    }
  }

  /**
   * Extents in use that no commit names, at one moment.
   *
   * @param sequence of the newest durable superblock
   * @param pending the snapshot of the checkpoint after that, or of that one
   */
  record Unnamed(@Nullable Extent reserve, long sequence, @Nullable Extent pending) {}

  Unnamed unnamed() throws IOException {
    if (words.areBroken()) {
      return new Unnamed(null, sequence, null);
    }
    byte[] part = new byte[HEAD - RESERVE];
    words.read(RESERVE, part);
    return new Unnamed(
        extent(part, 0),
        LittleEndian.getLong(part, SEQUENCE - RESERVE),
        extent(part, PENDING - RESERVE));
  }

  @Nullable Extent reserve() throws IOException {
    return unnamed().reserve();
  }

  void putReserve(@Nullable Extent extent) throws IOException {
    byte[] part = new byte[2 * Long.BYTES];
    put(part, 0, extent);
    write(RESERVE, part);
  }

  /** Of the newest durable superblock. */
  long sequence() throws IOException {
    if (!words.areBroken()) {
      sequence = words.read(SEQUENCE);
    }
    return sequence;
  }

  /** The snapshot that the superblock after the newest durable one refers to, if it gets so far. */
  @Nullable Extent pending() throws IOException {
    return unnamed().pending();
  }

  /** Under the writer's lock, too: others find out under it what is free. */
  void putPending(@Nullable Extent snapshot) throws IOException {
    byte[] part = new byte[2 * Long.BYTES];
    put(part, 0, snapshot);
    write(PENDING, part);
  }

  /**
   * Names the newest durable superblock. One word, for others may read meanwhile: what is pending
   * stays, and is from now on the snapshot that the superblock refers to.
   */
  void putSequence(long newest) throws IOException {
    write(SEQUENCE, newest);
    sequence = newest;
  }

  private static void put(byte[] bytes, int at, @Nullable Extent extent) {
    LittleEndian.putLong(bytes, at, extent == null ? 0 : extent.position());
    LittleEndian.putLong(bytes, at + Long.BYTES, extent == null ? 0 : extent.length());
  }

  private static @Nullable Extent extent(byte[] bytes, int at) {
    long length = LittleEndian.getLong(bytes, at + Long.BYTES);
    return length == 0 ? null : new Extent(LittleEndian.getLong(bytes, at), length);
  }

  /**
   * The newest commit that some process says to be durable, with all before it. Of a slot that is
   * being written meanwhile, reads again: what it said before may be acknowledged.
   */
  long durable() throws IOException {
    int used = (int) Math.min(SLOTS, words.read(OPENINGS));
    byte[] slots = new byte[used * SLOT];
    long newest = 0;
    for (int trial = 0; trial < DURABLE_TRIALS; trial++) {
      words.read(FIRST_SLOT, slots);
      boolean whole = true;
      for (int at = 0; at < slots.length; at += SLOT) {
        long durable = LittleEndian.getLong(slots, at + SLOT_DURABLE);
        if (LittleEndian.getLong(slots, at + SLOT_CHECK) == ~durable) {
          newest = Math.max(newest, durable);
        } else {
          whole = false;
        }
      }
      if (whole) {
        break;
      }
      Thread.onSpinWait();
    }
    return newest;
  }

  void putDurable(long commitId) throws IOException {
    byte[] part = new byte[SLOT_PROCESS - SLOT_DURABLE];
    putDurable(part, 0, commitId);
    write(slotAt(slot) + SLOT_DURABLE, part);
  }

  /** Of this process's slot; -1 for one who only reads. */
  int slot() {
    return slot;
  }

  /** Of this process's opening; 0 for one who only reads. */
  long token() {
    return token;
  }

  /** Of whoever has the slot; 0 when it is free. */
  long tokenOf(int ofSlot) throws IOException {
    return words.read(slotAt(ofSlot) + SLOT_TOKEN);
  }

  int polls(int ofSlot) throws IOException {
    byte[] word = new byte[Integer.BYTES];
    words.read(slotAt(ofSlot) + SLOT_POLLS, word);
    return LittleEndian.getInt(word, 0);
  }

  /** Says that members of groups have polled. By one thread at a time. */
  void putPolls() throws IOException {
    byte[] word = new byte[Integer.BYTES];
    LittleEndian.putInt(word, 0, polls(slot) + 1);
    write(slotAt(slot) + SLOT_POLLS, word);
  }

  /** Who had the writer's lock last, in words; not to be trusted. */
  String writer() throws IOException {
    long wanted = words.read(WRITER);
    byte[] entry = new byte[SLOT];
    for (int i = 0; i < SLOTS && wanted != 0; i++) {
      words.read(slotAt(i), entry);
      if (LittleEndian.getLong(entry, SLOT_TOKEN) == wanted) {
        return process(entry);
      }
    }
    return "another process";
  }

  /** Who has the file open, in words; not to be trusted. */
  String owners() throws IOException {
    if (!words.exist()) {
      return "another process";
    }
    byte[] entry = new byte[SLOT];
    StringBuilder owners = new StringBuilder();
    for (int i = 0; i < SLOTS; i++) {
      words.read(slotAt(i), entry);
      if (LittleEndian.getLong(entry, SLOT_TOKEN) != 0 && isAlive(entry)) {
        owners.append(owners.isEmpty() ? "" : ", ").append(process(entry));
      }
    }
    return owners.isEmpty() ? "another process" : owners.toString();
  }

  private static boolean isAlive(byte[] entry) {
    return ProcessHandle.of(processId(entry)).isPresent();
  }

  private static long processId(byte[] entry) {
    return Integer.toUnsignedLong(LittleEndian.getInt(entry, SLOT_PROCESS));
  }

  private static String process(byte[] entry) {
    long process = processId(entry);
    return process == ProcessHandle.current().pid()
        ? "this process, under another class loader or opened otherwise"
        : "process " + process;
  }

  /** Where it fails nobody is to go on: the page may have a part of it. */
  private void write(int at, byte[] bytes) throws IOException {
    try {
      words.write(at, bytes);
    } finally {
      if (words.areBroken()) {
        tellOfFailure();
      }
    }
  }

  private void write(int at, long value) throws IOException {
    byte[] word = new byte[Long.BYTES];
    LittleEndian.putLong(word, 0, value);
    write(at, word);
  }

  /** What a KlogException says of a file that is failed for everybody. */
  KlogException failedElsewhere() {
    return new KlogException(
        Reason.CANNOT_OPEN,
        "cannot open "
            + file.name()
            + ": the device failed for a process that has the file open; the file can be opened"
            + " when all have closed it");
  }
}

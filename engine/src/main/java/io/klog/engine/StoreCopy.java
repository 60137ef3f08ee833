package io.klog.engine;

import io.klog.Backup;
import io.klog.CorruptLogException;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Topic;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Copies what can be seen of an open store, as of one commit, into a new file, while others go on
 * reading and writing.
 *
 * <p>It copies blocks, not records: what can be seen says which segments there are and how far they
 * are filled, and nobody writes before that. So offsets, ids and times are what they were, no
 * record is decoded but those that only the commit log has, and nobody is kept waiting.
 *
 * <p>Others may delete records and drop topics meanwhile, and use their pages for something else.
 * Each block's checksum begins with the generation of its segment, which is never given out again:
 * so a block that verifies is what was committed. Where one does not, and its segment is not in the
 * store any more, the copy begins anew as of a newer commit, but with the segments that it has.
 * Each trial has to copy only what was written during the one before, and so takes less time; the
 * oldest segments, the first to be deleted, are copied first.
 *
 * <p>The file has a name of its own until it is whole and durable. A process that is killed leaves
 * it under that name, which begins with the wanted one and ends with {@link #UNFINISHED}.
 */
final class StoreCopy {
  static final String UNFINISHED = ".tmp";

  private static final int TRIALS = 100;

  private final StorageFile file;
  private final Source source;
  private final Storage storage;
  private final String name;
  private final BooleanSupplier isGivenUp;

  /**
   * @param file of the store
   * @param storage where the copy is to be
   * @param isGivenUp asked again and again: whether to copy no more
   */
  StoreCopy(
      StorageFile file, Source source, Storage storage, String name, BooleanSupplier isGivenUp) {
    this.file = file;
    this.source = source;
    this.storage = storage;
    this.name = name;
    this.isGivenUp = isGivenUp;
  }

  /** The store that is copied. */
  interface Source extends LogChecker.Starts {
    /** What can be seen by now. */
    Content content();
  }

  /**
   * What is copied.
   *
   * @param counters as of the commit that is seen, or later
   * @param timestamp of that commit, or of a later one
   */
  record Content(Publisher.Visible visible, Change.Counters counters, long timestamp) {}

  /** A segment of what is copied. */
  private record Part(Topic topic, int partition, SegmentSpan span, long tailBytes) {}

  /**
   * Writes the copy.
   *
   * @throws IOException there is none
   */
  Backup write() throws IOException {
    if (storage.identityOf(name) != null) {
      throw new FileAlreadyExistsException(name);
    }
    String unfinished = name + "." + Long.toHexString(storage.randomLong()) + UNFINISHED;
    boolean done = false;
    try {
      Backup result = write(unfinished);
      storage.rename(unfinished, name);
      done = true;
      return result;
    } finally {
      if (!done) {
        remove(unfinished);
      }
    }
  }

  /** It may not even have come to be; what is reported is why the copy failed. */
  private void remove(String unfinished) {
    try {
      storage.delete(unfinished);
    } catch (IOException | RuntimeException e) {
      System.getLogger(StoreCopy.class.getName())
          .log(System.Logger.Level.DEBUG, unfinished + ": cannot be removed", e);
    }
  }

  private Backup write(String unfinished) throws IOException {
    try (StorageFile target = storage.open(unfinished, Storage.Mode.CREATE)) {
      BackupFile copy = new BackupFile(storage, target, file, isGivenUp);
      Content content = copySegments(copy);
      long bytes = copy.finish(content);
      Publisher.Visible visible = content.visible();
      return new Backup(
          visible.commitId(), visible.catalog().topics().size(), records(visible), bytes);
    }
  }

  private static long records(Publisher.Visible visible) {
    long sum = 0;
    for (PartitionView[] views : visible.views().values()) {
      for (PartitionView view : views) {
        sum += view.endOffset() - view.startOffset();
      }
    }
    return sum;
  }

  /** Copies the segments of a state of the store; returns that state. */
  private Content copySegments(BackupFile copy) throws IOException {
    for (int i = 0; i < TRIALS; i++) {
      Content content = source.content();
      List<Part> parts = parts(content.visible());
      Set<Long> generations = new HashSet<>();
      parts.forEach(part -> generations.add(part.span.segment().generation()));
      copy.retain(generations);
      if (copyParts(parts, copy)) {
        return content;
      }
    }
    throw new KlogException(
        Reason.BUSY,
        "cannot back up to "
            + name
            + ": what was to be copied was deleted by others, "
            + TRIALS
            + " times in a row");
  }

  /** The segments of all topics, the oldest first. */
  private static List<Part> parts(Publisher.Visible visible) {
    List<Part> parts = new ArrayList<>();
    for (Topic topic : visible.catalog().topics()) {
      PartitionView[] views = visible.views().get(topic.id());
      for (int p = 0; views != null && p < views.length; p++) {
        PartitionView view = views[p];
        for (int i = 0; i < view.spanCount(); i++) {
          boolean last = i == view.spanCount() - 1;
          parts.add(new Part(topic, p, view.span(i), last ? tailBytes(view) : 0));
        }
      }
    }
    parts.sort(Comparator.comparingLong(part -> part.span.segment().generation()));
    return parts;
  }

  private static long tailBytes(PartitionView view) {
    long sum = 0;
    for (int i = 0; i < view.tailCount(); i++) {
      sum += view.tail(i).length();
    }
    return sum;
  }

  /**
   * Copies those that are not copied yet.
   *
   * @return whether all were there
   * @throws CorruptLogException where one is damaged
   */
  private boolean copyParts(List<Part> parts, BackupFile copy) throws IOException {
    for (Part part : parts) {
      try {
        if (!copy.has(part.span)) {
          copy.take(part.span, part.tailBytes);
        }
      } catch (CorruptLogException e) {
        if (LogChecker.startNow(part.topic, part.partition, source) < part.span.endOffset()) {
          throw e;
        }
        return false;
      }
    }
    return true;
  }

  /** What the user is told when there is no copy. */
  static KlogException failed(String name, IOException e) {
    String what = "cannot back up to " + name + ": ";
    if (e instanceof FileAlreadyExistsException) {
      return new KlogException(Reason.FILE_EXISTS, what + "there is such a file already", e);
    }
    if (e instanceof StorageFullException) {
      return new KlogException(Reason.DISK_FULL, what + "the device is full: " + e.getMessage(), e);
    }
    return new KlogException(Reason.IO, what + KlogFile.reason(e), e);
  }
}

package io.klog.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every write, resize and sync, in their order, and what the test {@linkplain #mark
 * marks} between them; {@link PowerCut} makes of it what may be left of a file after a power cut.
 * What fails is not written down, so a {@link FailingStorage} goes outside of this one.
 */
final class RecordingStorage extends ForwardingStorage {
  /** What happened to a file, or to the test. */
  static final class Event {
    enum Kind {
      WRITE,
      RESIZE,
      SYNCED,
      MARK
    }

    final Kind kind;

    /** The file's identity; null for a mark. */
    final @Nullable Object file;

    /** WRITE: where to; RESIZE: the new size; SYNCED: how many events came before its call. */
    final long position;

    /** Of a WRITE. */
    final byte[] bytes;

    /** Of a MARK. */
    final @Nullable Object mark;

    private Event(
        Kind kind, @Nullable Object file, long position, byte[] bytes, @Nullable Object mark) {
      this.kind = kind;
      this.file = file;
      this.position = position;
      this.bytes = bytes;
      this.mark = mark;
    }

    boolean isChange() {
      return kind == Kind.WRITE || kind == Kind.RESIZE;
    }

    /** How long the file is after this change, if it was so long before. */
    long sizeAfter(long size) {
      return kind == Kind.RESIZE ? position : Math.max(size, position + bytes.length);
    }

    @Override
    public String toString() {
      return switch (kind) {
        case WRITE -> "write of " + bytes.length + " bytes at " + position;
        case RESIZE -> "resize to " + position;
        case SYNCED -> "end of the sync of the first " + position + " events";
        case MARK -> "mark " + mark;
      };
    }
  }

  private static final byte[] NONE = {};

  /** Guarded by itself, which is also held while an event takes place. */
  private final List<Event> events = new ArrayList<>();

  /** What was in the files when they were first opened, by identity. Guarded by {@link #events}. */
  private final Map<Object, SharedPages> originals = new HashMap<>();

  RecordingStorage() {
    this(new MemoryStorage());
  }

  /** What is in the delegate's files already counts as durable. */
  RecordingStorage(Storage delegate) {
    super(delegate);
  }

  /** Puts a note of the test's between the events, say "commit 17 acknowledged". */
  void mark(Object mark) {
    synchronized (events) {
      events.add(new Event(Event.Kind.MARK, null, 0, NONE, mark));
    }
  }

  /** Whether anything was written so far, or made longer or shorter. */
  boolean hasChanges() {
    synchronized (events) {
      return events.stream().anyMatch(Event::isChange);
    }
  }

  /** How many marks there are so far. */
  int marks() {
    synchronized (events) {
      return (int) events.stream().filter(event -> event.kind == Event.Kind.MARK).count();
    }
  }

  /** What has happened so far. */
  List<Event> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** What was in a file when it was first opened here; nothing if it never was. */
  SharedPages original(Object identity) {
    synchronized (events) {
      SharedPages original = originals.get(identity);
      return original == null ? new SharedPages() : original.copy();
    }
  }

  @Override
  public StorageFile open(String name, Mode mode) throws IOException {
    StorageFile file = delegate.open(name, mode);
    synchronized (events) {
      if (!originals.containsKey(file.identity())) {
        originals.put(
            file.identity(),
            file instanceof ImageStorage.ImageFile image ? image.copy() : SharedPages.of(file));
      }
    }
    return new RecordedFile(file);
  }

  private final class RecordedFile extends ForwardingFile {
    RecordedFile(StorageFile file) {
      super(file);
    }

    @Override
    public void write(long position, byte[] source, int start, int length) throws IOException {
      synchronized (events) {
        file.write(position, source, start, length);
        if (length > 0) {
          byte[] bytes = Arrays.copyOfRange(source, start, start + length);
          events.add(new Event(Event.Kind.WRITE, identity(), position, bytes, null));
        }
      }
    }

    @Override
    public void resize(long size) throws IOException {
      synchronized (events) {
        file.resize(size);
        events.add(new Event(Event.Kind.RESIZE, identity(), size, NONE, null));
      }
    }

    @Override
    public void sync() throws IOException {
      int before;
      synchronized (events) {
        before = events.size();
      }
      file.sync();
      synchronized (events) {
        events.add(new Event(Event.Kind.SYNCED, identity(), before, NONE, null));
      }
    }
  }
}

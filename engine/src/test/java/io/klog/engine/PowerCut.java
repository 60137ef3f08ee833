package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.engine.RecordingStorage.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What may be left of a recorded file after a power cut at any point of the recording.
 *
 * <p>There is everything that a sync covers which had returned. Of what came later, up to the cut:
 *
 * <ul>
 *   <li>each sector of 512 bytes is there or not, whatever is there of others; one written several
 *       times is there as of any of these times;
 *   <li>the changes of the size, by resizes and by writes past the end, are there up to any of them
 *       and then no more, as a file system's journal keeps them. Bytes beyond the size are missing,
 *       bytes within it that were never written are zeros, and only a cut of the file that is there
 *       takes bytes away.
 * </ul>
 */
final class PowerCut {
  static final int SECTOR = 512;

  /** So many possibilities of one cut are gone through all, given room for so many images. */
  private static final int FEW = 1024;

  private final List<Event> changes = new ArrayList<>();
  private final List<Object> markers = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private final byte[] original;

  /**
   * @param storage the recording as it is now; what is recorded later does not count
   */
  PowerCut(RecordingStorage storage, String name) throws IOException {
    Object file = requireNonNull(storage.identityOf(name), name);
    original = storage.original(file);
    List<Event> events = storage.events();
    int[] changesBefore = new int[events.size() + 1];
    int durable = 0;
    for (int number = 0; number < events.size(); number++) {
      Event event = events.get(number);
      changesBefore[number] = changes.size();
      if (event.mark != null) {
        markers.add(event.mark);
      } else if (file.equals(event.file)) {
        addPoint(new Point(number, event.toString(), durable, changes.size(), markers.size()));
        if (event.kind == Event.Kind.SYNCED) {
          durable = Math.max(durable, changesBefore[(int) event.position]);
        } else {
          changes.add(event);
        }
      }
    }
    addPoint(new Point(events.size(), "the end", durable, changes.size(), markers.size()));
  }

  /** Of points that differ only in what is acknowledged, the last one asks for most. */
  private void addPoint(Point point) {
    if (!points.isEmpty()) {
      Point last = points.get(points.size() - 1);
      if (last.durable == point.durable && last.changes == point.changes) {
        points.remove(points.size() - 1);
      }
    }
    points.add(point);
  }

  /** A moment of the recording: before its event of this number. */
  private record Point(int number, String next, int durable, int changes, int markers) {}

  /** How many moments there are at which a cut leaves something different. */
  int points() {
    return points.size();
  }

  /**
   * Images in the order of their cuts. Each moment gets its equal share of the limit: all
   * possibilities where they are few, else the extreme ones and random ones. Where there are more
   * moments than images, some moments are left out.
   *
   * @param seed the same images for the same seed and recording
   */
  Stream<Image> images(long seed, int limit) {
    Iterator<Image> images = new Images(seed, limit);
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(images, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** One image of a cut now, at the end of the recording. */
  Image atTheEnd(long seed) {
    Images images = new Images(seed, 1);
    images.nextPoint = points.size() - 1;
    return images.next();
  }

  /** The file as it may be after a cut. */
  static final class Image {
    private final byte[] bytes;
    private final Pending pending;
    private final Choice choice;
    private final List<Object> markers;

    private Image(byte[] bytes, Pending pending, Choice choice, List<Object> markers) {
      this.bytes = bytes;
      this.pending = pending;
      this.choice = choice;
      this.markers = markers;
    }

    /** The caller's own. */
    byte[] bytes() {
      return bytes;
    }

    /** What the test had marked before the cut. */
    List<Object> markers() {
      return markers;
    }

    /** For the message of a failed test; made when asked for. */
    String description() {
      return pending.describe(choice) + "; " + bytes.length + " bytes long";
    }

    /** A storage that has nothing but this file. */
    MemoryStorage storage(String name) throws IOException {
      MemoryStorage storage = new MemoryStorage();
      try (StorageFile file = storage.open(name, Storage.Mode.CREATE)) {
        file.write(0, bytes, 0, bytes.length);
      }
      return storage;
    }

    @Override
    public String toString() {
      return description();
    }
  }

  /**
   * What is there: of each touched sector how many of its writes (the newest of them on top), and
   * how many changes of the size.
   */
  private record Choice(List<Integer> sectors, int sizes) {}

  /** What was written since the last sync, at one moment. */
  private final class Pending {
    private final Point point;
    private final List<Event> writes = new ArrayList<>();

    /** The numbers of the touched sectors, ascending. */
    private final int[] touched;

    /** How often each was written. */
    private final int[] versions;

    /** The sizes, from the durable one to the newest. */
    private final List<Long> sizes = new ArrayList<>();

    private long longest;

    Pending(Point point, long durableSize) {
      this.point = point;
      BitSet sectors = new BitSet();
      long size = durableSize;
      sizes.add(size);
      longest = size;
      for (Event change : changes.subList(point.durable, point.changes)) {
        if (change.kind == Event.Kind.WRITE) {
          writes.add(change);
          sectors.set(firstSector(change), lastSector(change) + 1);
        }
        long next = sizeAfter(change, size);
        if (next != size) {
          size = next;
          sizes.add(size);
          longest = Math.max(longest, size);
        }
      }
      touched = sectors.stream().toArray();
      versions = new int[touched.length];
      for (Event write : writes) {
        int first = slot(firstSector(write));
        int last = slot(lastSector(write));
        for (int slot = first; slot <= last; slot++) {
          versions[slot]++;
        }
      }
    }

    private int slot(int sector) {
      return Arrays.binarySearch(touched, sector);
    }

    /** How many images there are, some of them alike; a large number where they are many. */
    long possibilities() {
      long count = sizes.size();
      for (int version : versions) {
        count *= version + 1;
        if (count > FEW) {
          return Long.MAX_VALUE;
        }
      }
      return count;
    }

    /** The possibility of this number. */
    Choice possibility(int number) {
      int left = number;
      int size = left % sizes.size();
      left /= sizes.size();
      int[] chosen = new int[touched.length];
      for (int slot = 0; slot < chosen.length; slot++) {
        chosen[slot] = left % (versions[slot] + 1);
        left /= versions[slot] + 1;
      }
      return choice(chosen, size);
    }

    /** Those that a careless store is likeliest to fall over. */
    List<Choice> extremes() {
      int newest = sizes.size() - 1;
      int count = writes.size();
      BitSet none = new BitSet();
      BitSet all = new BitSet();
      all.set(0, count);
      List<Choice> choices = new ArrayList<>();
      choices.add(ofWrites(none, 0));
      choices.add(ofWrites(none, newest));
      choices.add(ofWrites(all, newest));
      choices.add(ofWrites(all, 0));
      if (count > 0) {
        choices.add(ofWrites(range(count - 1, count), newest));
        choices.add(ofWrites(range(1, count), newest));
        choices.add(ofWrites(range(0, count - 1), newest));
        choices.add(ofWrites(range(count / 2, count), newest));
        choices.add(tornLast(true));
        choices.add(tornLast(false));
      }
      return choices;
    }

    /** All is there but one end of the last write. */
    private Choice tornLast(boolean withoutFirstSector) {
      int[] chosen = versions.clone();
      Event last = writes.get(writes.size() - 1);
      int slot = slot(withoutFirstSector ? firstSector(last) : lastSector(last));
      chosen[slot]--;
      return choice(chosen, sizes.size() - 1);
    }

    Choice random(SplittableRandom random) {
      int size = sizes.size() - 1;
      if (random.nextBoolean()) {
        size = random.nextBoolean() ? 0 : random.nextInt(sizes.size());
      }
      int count = writes.size();
      int some = random.nextInt(count + 1);
      return switch (random.nextInt(6)) {
        case 0 -> ofWrites(range(some, count), size); // as if written in the reverse order
        case 1 -> tornAfter(some, size, random);
        case 2 -> ofWrites(anyOf(count, random), size);
        default -> anySectors(size, random);
      };
    }

    private Choice anySectors(int size, SplittableRandom random) {
      int tenths = 1 + random.nextInt(9);
      int[] chosen = new int[touched.length];
      for (int slot = 0; slot < chosen.length; slot++) {
        if (random.nextInt(10) < tenths) {
          chosen[slot] = random.nextBoolean() ? versions[slot] : 1 + random.nextInt(versions[slot]);
        }
      }
      return choice(chosen, size);
    }

    /** The first so many writes, and of the next one some sectors. */
    private Choice tornAfter(int count, int size, SplittableRandom random) {
      int[] chosen = chosen(range(0, count));
      if (count < writes.size()) {
        Event torn = writes.get(count);
        int[] with = chosen(range(0, count + 1));
        int last = slot(lastSector(torn));
        for (int slot = slot(firstSector(torn)); slot <= last; slot++) {
          if (random.nextBoolean()) {
            chosen[slot] = with[slot];
          }
        }
      }
      return choice(chosen, size);
    }

    private Choice ofWrites(BitSet chosenWrites, int size) {
      return choice(chosen(chosenWrites), size);
    }

    /** Each sector as of the last one of these writes that touched it. */
    private int[] chosen(BitSet chosenWrites) {
      int[] seen = new int[touched.length];
      int[] chosen = new int[touched.length];
      for (int number = 0; number < writes.size(); number++) {
        int last = slot(lastSector(writes.get(number)));
        for (int slot = slot(firstSector(writes.get(number))); slot <= last; slot++) {
          seen[slot]++;
          if (chosenWrites.get(number)) {
            chosen[slot] = seen[slot];
          }
        }
      }
      return chosen;
    }

    /** Equal for what gives equal images: sectors beyond the size are left out. */
    private Choice choice(int[] chosen, int size) {
      List<Integer> sectors = new ArrayList<>(chosen.length);
      for (int slot = 0; slot < chosen.length; slot++) {
        boolean within = (long) touched[slot] * SECTOR < sizes.get(size);
        sectors.add(within ? chosen[slot] : 0);
      }
      return new Choice(sectors, size);
    }

    /** The file, from what of it is durable. */
    byte[] image(byte[] durable, Choice choice) {
      byte[] image = Arrays.copyOf(durable, (int) longest);
      int[] seen = new int[touched.length];
      long size = sizes.get(0);
      long seenSize = size;
      int seenSizes = 0;
      for (Event change : changes.subList(point.durable, point.changes)) {
        if (change.kind == Event.Kind.WRITE) {
          copyChosen(change, image, seen, choice);
        }
        long next = sizeAfter(change, seenSize);
        if (next != seenSize && ++seenSizes <= choice.sizes) {
          if (next < size) {
            Arrays.fill(image, (int) next, image.length, (byte) 0);
          }
          size = next;
        }
        seenSize = next;
      }
      return size == image.length ? image : Arrays.copyOf(image, (int) size);
    }

    private void copyChosen(Event write, byte[] image, int[] seen, Choice choice) {
      long end = write.position + write.bytes.length;
      int slot = slot(firstSector(write));
      for (long from = write.position; from < end; slot++) {
        long to = Math.min(end, (from / SECTOR + 1) * SECTOR);
        if (++seen[slot] <= choice.sectors.get(slot)) {
          int start = (int) (from - write.position);
          System.arraycopy(write.bytes, start, image, (int) from, (int) (to - from));
        }
        from = to;
      }
    }

    String describe(Choice choice) {
      StringBuilder text = new StringBuilder();
      text.append("cut before event ").append(point.number).append(" (").append(point.next);
      text.append("), ").append(writes.size()).append(" writes pending");
      if (!writes.isEmpty()) {
        text.append(", the last a ").append(writes.get(writes.size() - 1));
      }
      int there = 0;
      StringBuilder missing = new StringBuilder();
      for (int slot = 0; slot < touched.length; slot++) {
        int version = choice.sectors.get(slot);
        if (version == versions[slot]) {
          there++;
        } else if (missing.length() < 200) {
          missing.append(' ').append(touched[slot]);
          missing.append(version == 0 ? "" : " (but for " + version + " writes)");
        }
      }
      text.append("; newest of ").append(there).append(" sectors of ").append(touched.length);
      if (missing.length() > 0) {
        text.append(", without").append(missing);
      }
      return text.append("; sizes ")
          .append(sizes.get(choice.sizes))
          .append(" of ")
          .append(sizes)
          .toString();
    }
  }

  private static int firstSector(Event write) {
    return (int) (write.position / SECTOR);
  }

  private static int lastSector(Event write) {
    return (int) ((write.position + write.bytes.length - 1) / SECTOR);
  }

  private static long sizeAfter(Event change, long size) {
    return change.kind == Event.Kind.RESIZE
        ? change.position
        : Math.max(size, change.position + change.bytes.length);
  }

  private static BitSet range(int from, int to) {
    BitSet set = new BitSet();
    set.set(from, to);
    return set;
  }

  private static BitSet anyOf(int count, SplittableRandom random) {
    int tenths = 1 + random.nextInt(9);
    BitSet set = new BitSet();
    for (int number = 0; number < count; number++) {
      set.set(number, random.nextInt(10) < tenths);
    }
    return set;
  }

  /** Goes through the moments and carries along what is durable. */
  private final class Images implements Iterator<Image> {
    private final SplittableRandom random;
    private int left;
    private int nextPoint;

    /** How many of the changes {@link #durable} has. */
    private int applied;

    /** Zeros beyond {@link #durableSize}. */
    private byte[] durable = original.clone();

    private long durableSize = original.length;
    private Iterator<Image> ofPoint = Collections.emptyIterator();

    Images(long seed, int limit) {
      this.random = new SplittableRandom(seed);
      this.left = limit;
    }

    @Override
    public boolean hasNext() {
      while (!ofPoint.hasNext() && nextPoint < points.size() && left > 0) {
        int remaining = points.size() - nextPoint;
        int share = left / remaining;
        if (random.nextInt(remaining) < left % remaining) {
          share++;
        }
        if (share > 0) {
          ofPoint = imagesOf(points.get(nextPoint), share);
        }
        nextPoint++;
      }
      return ofPoint.hasNext();
    }

    @Override
    public Image next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ofPoint.next();
    }

    private Iterator<Image> imagesOf(Point point, int share) {
      makeDurable(point.durable);
      Pending pending = new Pending(point, durableSize);
      List<Choice> choices = choices(pending, share);
      left -= choices.size();
      List<Object> before = Collections.unmodifiableList(markers.subList(0, point.markers));
      return choices.stream()
          .map(choice -> new Image(pending.image(durable, choice), pending, choice, before))
          .iterator();
    }

    private List<Choice> choices(Pending pending, int share) {
      List<Choice> extremes = new ArrayList<>(new LinkedHashSet<>(pending.extremes()));
      shuffle(extremes);
      long possibilities = pending.possibilities();
      Set<Choice> chosen = new LinkedHashSet<>();
      if (possibilities <= Math.min(FEW, share)) {
        for (int number = 0; number < possibilities; number++) {
          chosen.add(pending.possibility(number));
        }
        return new ArrayList<>(chosen);
      }
      Iterator<Choice> extreme = extremes.iterator();
      boolean roomForAll = share >= 2 * extremes.size();
      for (int trial = 0; trial < 4 * share && chosen.size() < share; trial++) {
        boolean takeExtreme = extreme.hasNext() && (roomForAll || random.nextBoolean());
        chosen.add(takeExtreme ? extreme.next() : pending.random(random));
      }
      return new ArrayList<>(chosen);
    }

    private void shuffle(List<Choice> choices) {
      for (int i = choices.size(); i > 1; i--) {
        Collections.swap(choices, i - 1, random.nextInt(i));
      }
    }

    private void makeDurable(int count) {
      for (; applied < count; applied++) {
        Event change = changes.get(applied);
        long size = sizeAfter(change, durableSize);
        if (size > durable.length) {
          durable = Arrays.copyOf(durable, (int) Math.max(size, durable.length * 3L / 2));
        }
        if (change.kind == Event.Kind.WRITE) {
          int at = (int) change.position;
          System.arraycopy(change.bytes, 0, durable, at, change.bytes.length);
        } else if (size < durableSize) {
          Arrays.fill(durable, (int) size, (int) durableSize, (byte) 0);
        }
        durableSize = size;
      }
    }
  }
}

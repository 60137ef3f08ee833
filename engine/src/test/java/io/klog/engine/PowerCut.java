package io.klog.engine;

import static java.util.Objects.requireNonNull;

import io.klog.engine.PendingWrites.Choice;
import io.klog.engine.RecordingStorage.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
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
 *
 * A cut is tried at the end of each gap between two syncs that had returned: what an earlier cut in
 * the gap leaves, that one may leave too, and not less was acknowledged by then.
 */
final class PowerCut {
  static final int SECTOR = 512;

  private final List<Event> changes = new ArrayList<>();
  private final List<Set<Structure>> structures = new ArrayList<>();
  private final List<Object> markers = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final SharedPages original;

  /**
   * @param storage the recording as it is now; what is recorded later does not count
   */
  PowerCut(RecordingStorage storage, String name) throws IOException {
    Object file = requireNonNull(storage.identityOf(name), name);
    original = storage.original(file);
    List<Event> events = storage.events();
    int[] changesBefore = new int[events.size() + 1];
    Structure.Reader reader = new Structure.Reader(original.size());
    int durable = 0;
    for (int number = 0; number < events.size(); number++) {
      Event event = events.get(number);
      changesBefore[number] = changes.size();
      if (event.mark != null) {
        markers.add(event.mark);
      } else if (file.equals(event.file) && event.isChange()) {
        changes.add(event);
        structures.add(reader.read(event));
      } else if (file.equals(event.file)) {
        int covered = Math.max(durable, changesBefore[(int) event.position]);
        if (covered > durable) {
          addGap(number, event.toString(), durable);
          durable = covered;
        }
      }
    }
    addGap(events.size(), "the end", durable);
  }

  private void addGap(int number, String next, int durable) {
    gaps.add(new Gap(number, next, durable, changes.size(), markers.size()));
  }

  /** The last moment before more was durable: before the event of this number. */
  private record Gap(int number, String next, int durable, int changes, int markers) {}

  /** How many gaps between syncs there are. */
  int gaps() {
    return gaps.size();
  }

  /**
   * Images in the order of their cuts. Of each gap all possibilities where they are few, else the
   * extreme ones and random ones. Few of them are alike; none that is left out as such is missed.
   *
   * @param seed the same images for the same seed and recording
   * @param few so many possibilities are gone through all
   * @param some so many images are made of a gap that has more
   */
  Stream<Image> images(long seed, int few, int some) {
    Iterator<Image> images = new Images(seed, few, some);
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(images, Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** One image of a cut now, at the end of the recording. */
  Image atTheEnd(long seed) {
    Images images = new Images(seed, 1, 2);
    images.nextGap = gaps.size() - 1;
    Image extreme = images.next();
    return images.hasNext() && seed % 2 == 0 ? images.next() : extreme;
  }

  /** The file as it may be after a cut. */
  final class Image {
    private final SharedPages content;
    private final PendingWrites pending;
    private final Choice choice;
    private final Gap gap;

    private Image(SharedPages durable, PendingWrites pending, Choice choice, Gap gap) {
      this.content = pending.image(durable, choice);
      this.pending = pending;
      this.choice = choice;
      this.gap = gap;
    }

    byte[] bytes() {
      return content.toArray();
    }

    /** Equal for equal bytes. */
    long hash() {
      return content.hash();
    }

    boolean isZero() {
      return content.isZero();
    }

    /** What the test had marked before the cut. */
    List<Object> markers() {
      return Collections.unmodifiableList(markers.subList(0, gap.markers));
    }

    /** What had been written and not synced. */
    Set<Structure> structures() {
      Set<Structure> union = EnumSet.noneOf(Structure.class);
      structures.subList(gap.durable, gap.changes).forEach(union::addAll);
      return union;
    }

    /** For the message of a failed test; made when asked for. */
    String description() {
      return "cut before event "
          + gap.number
          + " ("
          + gap.next
          + "), "
          + pending.describe(choice)
          + "; pending "
          + structures();
    }

    /** A storage that has nothing but this file. */
    Storage storage(String name) throws IOException {
      return new ImageStorage(name, content);
    }

    @Override
    public String toString() {
      return description();
    }
  }

  /** Goes through the gaps and carries along what is durable. */
  private final class Images implements Iterator<Image> {
    private final SplittableRandom random;
    private final int few;
    private final int some;
    private int nextGap;

    /** How many of the changes {@link #durable} has. */
    private int applied;

    private final SharedPages durable = original.copy();
    private Iterator<Image> ofGap = Collections.emptyIterator();

    Images(long seed, int few, int some) {
      this.random = new SplittableRandom(seed);
      this.few = few;
      this.some = some;
    }

    @Override
    public boolean hasNext() {
      while (!ofGap.hasNext() && nextGap < gaps.size()) {
        ofGap = imagesOf(gaps.get(nextGap++));
      }
      return ofGap.hasNext();
    }

    @Override
    public Image next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ofGap.next();
    }

    private Iterator<Image> imagesOf(Gap gap) {
      makeDurable(gap.durable);
      PendingWrites pending =
          new PendingWrites(changes.subList(gap.durable, gap.changes), durable.size());
      return choices(pending).stream()
          .map(choice -> new Image(durable, pending, choice, gap))
          .iterator();
    }

    private Collection<Choice> choices(PendingWrites pending) {
      long possibilities = pending.possibilities(few);
      Set<Choice> chosen = new LinkedHashSet<>();
      if (possibilities <= few) {
        for (int number = 0; number < possibilities; number++) {
          chosen.add(pending.possibility(number));
        }
        return chosen;
      }
      List<Choice> extremes = new ArrayList<>(pending.extremes());
      shuffle(extremes);
      chosen.addAll(extremes.subList(0, Math.min(extremes.size(), (some + 1) / 2)));
      for (int trial = 0; trial < 4 * some && chosen.size() < some; trial++) {
        chosen.add(pending.random(random));
      }
      return chosen;
    }

    private void shuffle(List<Choice> choices) {
      for (int i = choices.size(); i > 1; i--) {
        Collections.swap(choices, i - 1, random.nextInt(i));
      }
    }

    private void makeDurable(int count) {
      for (; applied < count; applied++) {
        Event change = changes.get(applied);
        if (change.kind == Event.Kind.WRITE) {
          durable.write(change.position, change.bytes, 0, change.bytes.length);
        } else {
          durable.resize(change.position);
        }
      }
    }
  }
}

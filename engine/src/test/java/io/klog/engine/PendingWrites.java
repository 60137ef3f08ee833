package io.klog.engine;

import io.klog.engine.RecordingStorage.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** What was written to a file since its last sync, at one moment, and what a power cut leaves. */
final class PendingWrites {
  private static final int SECTOR = PowerCut.SECTOR;

  /**
   * What is there: of each touched sector how many of its writes (the newest of them on top), and
   * how many changes of the size.
   */
  record Choice(List<Integer> sectors, int sizes) {}

  private final List<Event> changes;
  private final List<Event> writes = new ArrayList<>();

  /** The numbers of the touched sectors, ascending. */
  private final int[] touched;

  /** How often each was written. */
  private final int[] versions;

  /** The sizes, from the durable one to the newest. */
  private final List<Long> sizes = new ArrayList<>();

  PendingWrites(List<Event> changes, long durableSize) {
    this.changes = changes;
    BitSet sectors = new BitSet();
    long size = durableSize;
    sizes.add(size);
    for (Event change : changes) {
      if (change.kind == Event.Kind.WRITE) {
        writes.add(change);
        sectors.set(firstSector(change), lastSector(change) + 1);
      }
      long next = change.sizeAfter(size);
      if (next != size) {
        size = next;
        sizes.add(size);
      }
    }
    touched = sectors.stream().toArray();
    versions = new int[touched.length];
    for (Event write : writes) {
      int last = slot(lastSector(write));
      for (int slot = slot(firstSector(write)); slot <= last; slot++) {
        versions[slot]++;
      }
    }
  }

  private int slot(int sector) {
    return Arrays.binarySearch(touched, sector);
  }

  /** How many images there are, some of them alike; a large number where they are more. */
  long possibilities(int most) {
    long count = sizes.size();
    for (int version : versions) {
      count *= version + 1;
      if (count > most) {
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
    BitSet all = range(0, count);
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
    return switch (random.nextInt(7)) {
      case 0 -> ofWrites(range(some, count), size); // as if written in the reverse order
      case 1 -> tornAfter(some, size, random);
      case 2 -> ofWrites(anyOf(count, random), size);
      case 3 -> withoutOne(size, random);
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

  /** All the first so many writes did, but for one sector: what a checksum has to notice. */
  private Choice withoutOne(int size, SplittableRandom random) {
    int[] chosen = chosen(range(0, 1 + random.nextInt(Math.max(1, writes.size()))));
    if (chosen.length > 0) {
      int slot = random.nextInt(chosen.length);
      chosen[slot] = Math.max(0, chosen[slot] - 1);
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
  SharedPages image(SharedPages durable, Choice choice) {
    SharedPages image = durable.copy();
    int[] seen = new int[touched.length];
    long size = sizes.get(0);
    long seenSize = size;
    int seenSizes = 0;
    for (Event change : changes) {
      if (change.kind == Event.Kind.WRITE) {
        copyChosen(change, image, seen, choice);
      }
      long next = change.sizeAfter(seenSize);
      if (next != seenSize && ++seenSizes <= choice.sizes) {
        if (next < size && next < image.size()) {
          image.resize(next); // what is cut off is gone, whatever grows there later
        }
        size = next;
      }
      seenSize = next;
    }
    image.resize(size);
    return image;
  }

  private void copyChosen(Event write, SharedPages image, int[] seen, Choice choice) {
    long end = write.position + write.bytes.length;
    int slot = slot(firstSector(write));
    for (long from = write.position; from < end; slot++) {
      long to = Math.min(end, (from / SECTOR + 1) * SECTOR);
      if (++seen[slot] <= choice.sectors.get(slot)) {
        image.write(from, write.bytes, (int) (from - write.position), (int) (to - from));
      }
      from = to;
    }
  }

  String describe(Choice choice) {
    StringBuilder text = new StringBuilder().append(writes.size()).append(" writes pending");
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

  private static int firstSector(Event write) {
    return (int) (write.position / SECTOR);
  }

  private static int lastSector(Event write) {
    return (int) ((write.position + write.bytes.length - 1) / SECTOR);
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
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.CorruptLogException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final int PAGE = Extent.PAGE;

  private final StorageFile file;

  SpaceTest() throws IOException {
    file = new MemoryStorage().open("file", Storage.Mode.CREATE);
  }

  @Test
  void nothingIsGivenOutTwice() throws IOException {
    SplittableRandom random = Seed.of("SpaceTest").random();
    List<Extent> held = new ArrayList<>(List.of(Superblock.RESERVED));
    BitSet pages = new BitSet();
    pages.set(0, 3);
    Space space = space(held);
    long commit = 0;
    for (int step = 0; step < 20_000; step++) {
      int action = random.nextInt(100);
      if (action < 50) {
        Extent extent = space.allocate((1L + random.nextInt(8)) * PAGE);
        for (long page = extent.position() / PAGE; page < extent.end() / PAGE; page++) {
          assertFalse(pages.get((int) page), () -> "given out already: " + extent);
          pages.set((int) page);
        }
        assertTrue(file.size() >= extent.end());
        held.add(extent);
      } else if (action < 98 && held.size() > 1) {
        Extent extent = held.remove(1 + random.nextInt(held.size() - 1));
        pages.clear((int) (extent.position() / PAGE), (int) (extent.end() / PAGE));
        if (random.nextBoolean()) {
          space.giveBack(extent);
        } else {
          space.retire(extent, ++commit);
          space.release(commit);
          space.reset(held);
        }
      } else if (action == 98) {
        space.trim();
        space = space(held); // as the next opener finds it
      }
      assertEquals((long) pages.length() * PAGE, space.end());
    }
  }

  @Test
  void whatIsRetiredIsFreeWhenItsCommitIsInACheckpoint() throws IOException {
    Extent first = new Extent(3L * PAGE, PAGE);
    Extent last = new Extent(4L * PAGE, PAGE);
    List<Extent> used = List.of(Superblock.RESERVED, last);
    Space space = space(List.of(Superblock.RESERVED, first, last));
    space.retire(first, 7);
    space.release(6);
    space.reset(used);
    assertEquals(last.end(), space.allocate(PAGE).position());
    space.release(7);
    space.reset(used);
    assertEquals(first, space.allocate(PAGE));
  }

  @Test
  void whatIsHeldIsNotFreeThoughNothingRefersToIt() throws IOException {
    List<Extent> used = List.of(Superblock.RESERVED);
    Space space = space(used);
    Extent held = space.allocate(2 * PAGE);
    assertFalse(space.isStaged());
    space.hold(List.of(held));
    assertTrue(space.isStaged());
    space.reset(used);
    assertEquals(held.end(), space.allocate(PAGE).position());
    space.hold(null);
    assertFalse(space.isStaged());
    space.reset(used);
    assertEquals(held, space.allocate(2 * PAGE));
  }

  @Test
  void pagesOfTwoOwnersAreDamage() {
    List<Extent> used =
        List.of(Superblock.RESERVED, new Extent(5 * PAGE, 2 * PAGE), new Extent(6 * PAGE, PAGE));
    CorruptLogException e = assertThrows(CorruptLogException.class, () -> space(used));
    assertEquals(6 * PAGE, e.position());
  }

  private Space space(List<Extent> used) {
    Space space = new Space(file);
    space.reset(used);
    return space;
  }
}

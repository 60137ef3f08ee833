package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who reads which partition, against what must hold whatever happens in whatever order. */
class GroupAssignmentTest {
  private static final int RUNS = 3_000;
  private static final int STEPS = 60;

  private int joined;

  private GroupAssignment.Member member() {
    return new GroupAssignment.Member("m" + joined++, 0, 1, 1000);
  }

  private static GroupAssignment handOver(GroupAssignment from, int member) {
    return from.handingOver(member, p -> false);
  }

  /** All give up what is beyond their share, until nobody has to. */
  private static GroupAssignment settle(GroupAssignment from) {
    GroupAssignment now = from;
    for (int round = 0; round <= from.members().size(); round++) {
      GroupAssignment before = now;
      for (int m = 0; m < now.members().size(); m++) {
        now = handOver(now, m);
      }
      if (now.epoch() == before.epoch()) {
        return now;
      }
    }
    throw new AssertionError("they give to and fro: " + Arrays.toString(from.owners()));
  }

  private static int[] counts(GroupAssignment assignment) {
    int[] counts = new int[assignment.members().size()];
    for (int m = 0; m < counts.length; m++) {
      counts[m] = assignment.partitionsOf(m).length;
    }
    return counts;
  }

  private static String owner(GroupAssignment assignment, int partition) {
    int owner = assignment.owners()[partition];
    return owner == GroupAssignment.NOBODY ? "" : assignment.members().get(owner).id();
  }

  private static long moved(GroupAssignment before, GroupAssignment after) {
    return IntStream.range(0, before.owners().length)
        .filter(p -> !owner(before, p).equals(owner(after, p)))
        .count();
  }

  private static void requireBalanced(GroupAssignment settled) {
    int[] counts = counts(settled);
    int partitions = settled.owners().length;
    assertEquals(partitions, Arrays.stream(counts).sum());
    int least = Arrays.stream(counts).min().orElse(0);
    int most = Arrays.stream(counts).max().orElse(0);
    assertTrue(most - least <= 1, Arrays.toString(counts));
  }

  @Test
  void aLoneMemberReadsAllAndTheSecondGetsHalfWhenTheFirstGivesItUp() {
    GroupAssignment one = GroupAssignment.none(5).with(member());
    assertArrayEquals(new int[] {0, 0, 0, 0, 0}, one.owners());
    GroupAssignment two = one.with(member());
    assertArrayEquals(one.owners(), two.owners(), "nothing is taken away");
    GroupAssignment busy = two.handingOver(0, p -> p == 3);
    assertArrayEquals(new int[] {0, 0, 0, 0, 1}, busy.owners());
    assertArrayEquals(new int[] {0, 0, 0, 1, 1}, handOver(busy, 0).owners());
    assertEquals(two.epoch(), handOver(two, 1).epoch(), "the second has nothing to give");
  }

  @Test
  void whatNobodyIsBusyWithMovesAsLittleAsCanBe() {
    SplittableRandom random = Seed.of("GroupAssignmentTest, settled").random();
    for (int run = 0; run < RUNS; run++) {
      int partitions = 1 + random.nextInt(20);
      GroupAssignment now = GroupAssignment.none(partitions);
      for (int step = 0; step < STEPS; step++) {
        int members = now.members().size();
        GroupAssignment next;
        if (members == 0 || random.nextInt(3) > 0) {
          next = settle(now.with(member()));
          int gained = counts(next)[members];
          assertEquals(partitions / (members + 1), members == 0 ? partitions : gained);
          assertEquals(gained, moved(now, next), "only what the new one gets has moved");
        } else {
          int leaver = random.nextInt(members);
          String id = now.members().get(leaver).id();
          int had = now.partitionsOf(leaver).length;
          next = now.without(m -> m.id().equals(id));
          assertEquals(had, moved(now, next), "only what the one who left had has moved");
          assertEquals(next.epoch(), settle(next).epoch(), "and that settles it");
        }
        if (!next.isEmpty()) {
          requireBalanced(next);
        }
        now = next;
      }
    }
  }

  @Test
  void whateverHappensAPartitionHasOneOwnerAndIsTakenFromNobody() {
    SplittableRandom random = Seed.of("GroupAssignmentTest").random();
    for (int run = 0; run < RUNS; run++) {
      GroupAssignment now = GroupAssignment.none(1 + random.nextInt(12));
      for (int step = 0; step < STEPS; step++) {
        GroupAssignment next = step(now, random);
        if (next.epoch() == now.epoch()) {
          assertArrayEquals(now.owners(), next.owners());
          assertEquals(now.members(), next.members());
        } else {
          assertEquals(now.epoch() + 1, next.epoch());
        }
        for (int owner : next.owners()) {
          assertEquals(next.isEmpty(), owner == GroupAssignment.NOBODY);
          assertTrue(owner < next.members().size());
        }
        now = next;
      }
      if (!now.isEmpty()) {
        requireBalanced(settle(now));
      }
    }
  }

  /** Something happens; what a member owns that did nothing stays with it. */
  private GroupAssignment step(GroupAssignment now, SplittableRandom random) {
    int members = now.members().size();
    if (members == 0 || random.nextInt(4) == 0) {
      GroupAssignment next = now.with(member());
      requireKept(now, next, List.of());
      return next;
    }
    if (random.nextInt(4) == 0) {
      int gone = random.nextInt(members);
      int more = random.nextInt(members); // the same, perhaps
      List<String> ids = List.of(now.members().get(gone).id(), now.members().get(more).id());
      GroupAssignment next = now.without(m -> ids.contains(m.id()));
      ids.forEach(id -> assertEquals(GroupAssignment.NOBODY, next.find(id)));
      requireKept(now, next, ids);
      return next;
    }
    int giver = random.nextInt(members);
    int busy = random.nextInt();
    GroupAssignment next = now.handingOver(giver, p -> (busy >>> p & 1) != 0);
    requireKept(now, next, List.of(now.members().get(giver).id()));
    for (int p = 0; p < now.owners().length; p++) {
      if ((busy >>> p & 1) != 0) {
        assertEquals(owner(now, p), owner(next, p), "what it is busy with stays");
      }
    }
    return next;
  }

  private static void requireKept(
      GroupAssignment before, GroupAssignment after, List<String> except) {
    for (int p = 0; p < before.owners().length; p++) {
      String owner = owner(before, p);
      if (!owner.isEmpty() && !except.contains(owner)) {
        assertEquals(owner, owner(after, p), "partition " + p);
      }
    }
  }

  @Test
  void theChangeIsReadAsItWasWritten() {
    GroupAssignment written =
        GroupAssignment.none(7)
            .with(new GroupAssignment.Member("ä-1", 119, -2, Long.MAX_VALUE))
            .with(new GroupAssignment.Member("b", 0, 1L << 40, 1));
    written = settle(written);
    assertNotEquals(0, written.partitionsOf(1).length);
    ByteSink sink = new ByteSink(100);
    Change.MembersAssigned change = new Change.MembersAssigned(new GroupKey("g", 5), written);
    change.write(sink);
    ByteSource source = new ByteSource("test", 0, sink.array(), 0, sink.size());
    Change.MembersAssigned read = (Change.MembersAssigned) Change.read(source);
    assertEquals(change.key(), read.key());
    assertEquals(written.epoch(), read.assignment().epoch());
    assertEquals(written.members(), read.assignment().members());
    assertArrayEquals(written.owners(), read.assignment().owners());
  }
}

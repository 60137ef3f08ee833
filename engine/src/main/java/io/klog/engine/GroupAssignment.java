package io.klog.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which partitions of a topic each member of a group reads: every partition has one owner as long
 * as there is a member. Immutable; each change makes another, by one epoch younger.
 *
 * <p>Sticky, and handed over by the owner: what nobody owns is given to those who have less than
 * their share at once; of what a member owns beyond its share it gives up a partition only when all
 * that it read of it is committed ({@link #handingOver}). So nobody's work is thrown away when
 * another comes, and no partition is ever read by two. The idea is that of Kafka's cooperative
 * rebalancing (KIP-429, KIP-848), without its coordinator: all who look at the same assignment
 * reckon the same {@link #target}.
 *
 * @param epoch how many assignments there were before it, as far as they led to it
 * @param members in the order in which they joined
 * @param owners for each partition the index of a member, or {@link #NOBODY}; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never given away
record GroupAssignment(long epoch, List<Member> members, int[] owners) {
  static final int NOBODY = -1;

  /**
   * A member, wherever it is.
   *
   * @param id unlike any other's
   * @param slot of its process in the shared page
   * @param process the token of its process's opening
   * @param maxPollMillis how long it may take from one poll to the next, ms
   */
  record Member(String id, int slot, long process, long maxPollMillis) {}

  GroupAssignment {
    members = List.copyOf(members);
  }

  static GroupAssignment none(int partitions) {
    int[] owners = new int[partitions];
    Arrays.fill(owners, NOBODY);
    return new GroupAssignment(0, List.of(), owners);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** The index of the member, or {@link #NOBODY}. */
  int find(String id) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).id.equals(id)) {
        return i;
      }
    }
    return NOBODY;
  }

  boolean isOwner(String id, int partition) {
    int owner = owners[partition];
    return owner != NOBODY && members.get(owner).id.equals(id);
  }

  /** What the member owns, in order. */
  int[] partitionsOf(int member) {
    return IntStream.range(0, owners.length).filter(p -> owners[p] == member).toArray();
  }

  /** The member is there, too, and has what is nobody's. */
  GroupAssignment with(Member member) {
    List<Member> all = new ArrayList<>(members);
    all.add(member);
    return shared(all, owners.clone());
  }

  /** Without those of whom that holds; what they owned goes to the others. This where none are. */
  GroupAssignment without(Predicate<Member> isGone) {
    List<Member> rest = new ArrayList<>();
    int[] indexes = new int[members.size()];
    for (int i = 0; i < indexes.length; i++) {
      boolean gone = isGone.test(members.get(i));
      indexes[i] = gone ? NOBODY : rest.size();
      if (!gone) {
        rest.add(members.get(i));
      }
    }
    if (rest.size() == indexes.length) {
      return this;
    }
    int[] kept = new int[owners.length];
    for (int p = 0; p < kept.length; p++) {
      kept[p] = owners[p] == NOBODY ? NOBODY : indexes[owners[p]];
    }
    return shared(rest, kept);
  }

  private GroupAssignment shared(List<Member> all, int[] kept) {
    int[] target = target(all.size(), kept);
    for (int p = 0; p < kept.length; p++) {
      if (kept[p] == NOBODY) {
        kept[p] = target[p];
      }
    }
    return new GroupAssignment(epoch + 1, all, kept);
  }

  /** Whether the member owns more than its share. */
  boolean hasSurplus(int member, IntPredicate isBusy) {
    int[] target = target(members.size(), owners);
    for (int p = 0; p < owners.length; p++) {
      if (owners[p] == member && target[p] != member && !isBusy.test(p)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The member gives up what it owns beyond its share and is not busy with; this if that is none.
   */
  GroupAssignment handingOver(int member, IntPredicate isBusy) {
    if (!hasSurplus(member, isBusy)) {
      return this;
    }
    int[] target = target(members.size(), owners);
    int[] after = owners.clone();
    for (int p = 0; p < after.length; p++) {
      if (after[p] == member && !isBusy.test(p)) {
        after[p] = target[p];
      }
    }
    return new GroupAssignment(epoch + 1, members, after);
  }

  /**
   * Who is to own what in the end. Shares differ by one at most; the greater ones go to those who
   * own most, so that as little moves as can be.
   */
  static int[] target(int members, int[] owners) {
    int[] target = owners.clone();
    if (members == 0) {
      Arrays.fill(target, NOBODY);
      return target;
    }
    int[] shares = shares(members, owners);
    int[] given = new int[members];
    for (int p = 0; p < target.length; p++) {
      int owner = target[p];
      if (owner != NOBODY && given[owner] < shares[owner]) {
        given[owner]++;
      } else {
        target[p] = NOBODY;
      }
    }
    int next = 0;
    for (int p = 0; p < target.length; p++) {
      if (target[p] == NOBODY) {
        while (given[next] == shares[next]) {
          next++;
        }
        target[p] = next;
        given[next]++;
      }
    }
    return target;
  }

  private static int[] shares(int members, int[] owners) {
    int[] owned = new int[members];
    for (int owner : owners) {
      if (owner != NOBODY) {
        owned[owner]++;
      }
    }
    List<Integer> richestFirst = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      richestFirst.add(m);
    }
    richestFirst.sort(Comparator.comparingInt((Integer m) -> owned[m]).reversed()); // stable
    int[] shares = new int[members];
    for (int rank = 0; rank < members; rank++) {
      boolean greater = rank < owners.length % members;
      shares[richestFirst.get(rank)] = owners.length / members + (greater ? 1 : 0);
    }
    return shares;
  }
}

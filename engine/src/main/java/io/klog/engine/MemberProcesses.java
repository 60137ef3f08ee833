package io.klog.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether the processes of a group's members are alive, and the members at work, as this process
 * sees it. The operating system unlocks the slot of a process that dies; of a member that hangs, or
 * whose process was stopped, the count of polls stands still.
 */
final class MemberProcesses {
  private final FileLocks locks;
  private final SharedPage page;
  // By the ids of members. Guarded by this.
  private final Map<String, Seen> seen = new HashMap<>();

  MemberProcesses(FileLocks locks, SharedPage page) {
    this.locks = locks;
    this.page = page;
  }

  /**
   * What was seen of a member.
   *
   * @param polls a number that another poll changes
   * @param idle for how long this process has looked at the same number, ns
   */
  private record Seen(long polls, long idle) {}

  /** Whether the member's process has the file open still. */
  boolean isAlive(GroupAssignment.Member member) throws IOException {
    if (member.process() == page.token()) {
      return true;
    }
    if (page.tokenOf(member.slot()) != member.process()) {
      return false;
    }
    boolean reads = page.slot() < 0;
    return !(reads ? locks.isFreeToReader(member.slot()) : locks.isFree(member.slot()));
  }

  /**
   * Takes notice of how often the member has polled. Time in which nobody here looked counts for
   * half the member's interval at most: after a pause of this process, or of the whole machine, all
   * others have time to poll before anything is held against them.
   *
   * @param elapsed since this process looked before, ns
   */
  synchronized void observe(GroupAssignment.Member member, long polls, long elapsed) {
    Seen before = seen.get(member.id());
    long interval = TimeUnit.MILLISECONDS.toNanos(member.maxPollMillis());
    long idle =
        before == null || before.polls != polls
            ? 0
            : before.idle + Math.max(1, Math.min(elapsed, interval / 2));
    seen.put(member.id(), new Seen(polls, idle));
  }

  /** Whether the member was seen not to poll for longer than it may. */
  synchronized boolean isHung(GroupAssignment.Member member) {
    Seen known = seen.get(member.id());
    return known != null && known.idle > TimeUnit.MILLISECONDS.toNanos(member.maxPollMillis());
  }

  /** Forgets all members but those of these groups. */
  synchronized void keepOnly(Iterable<GroupAssignment> assignments) {
    Set<String> present = new HashSet<>();
    for (GroupAssignment assignment : assignments) {
      assignment.members().forEach(member -> present.add(member.id()));
    }
    seen.keySet().retainAll(present);
  }
}

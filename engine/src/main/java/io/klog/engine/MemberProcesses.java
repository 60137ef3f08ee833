package io.klog.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether the processes of a group's members are alive, as this one sees it. The operating system
 * unlocks the slot of a process that dies; of one that hangs, or was stopped, the count of polls
 * stands still, which each observer times on its own clock.
 */
final class MemberProcesses {
  private final FileLocks locks;
  private final SharedPage page;
  // By the tokens of processes. Guarded by this.
  private final Map<Long, Seen> seen = new HashMap<>();

  MemberProcesses(FileLocks locks, SharedPage page) {
    this.locks = locks;
    this.page = page;
  }

  /**
   * @param polls as the page had it last
   * @param since when it was found changed, ns
   */
  private record Seen(int polls, long since) {}

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

  /** Whether no member of the process has polled for longer than this one may take. */
  synchronized boolean isHung(GroupAssignment.Member member, long now) throws IOException {
    int polls = page.polls(member.slot());
    Seen before = seen.get(member.process());
    if (before == null || before.polls != polls) {
      seen.put(member.process(), new Seen(polls, now));
      return false;
    }
    return now - before.since > TimeUnit.MILLISECONDS.toNanos(member.maxPollMillis());
  }

  /** Forgets all processes but those of these members. */
  synchronized void keepOnly(Iterable<GroupAssignment> assignments) {
    Set<Long> present = new HashSet<>();
    for (GroupAssignment assignment : assignments) {
      assignment.members().forEach(member -> present.add(member.process()));
    }
    seen.keySet().retainAll(present);
  }
}

package io.klog.sql;

import io.klog.GroupMember;
import io.klog.GroupPosition;
import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.Membership;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Groups in lists. Guarded by the store's monitor, which is notified of every change. */
final class ModelGroups {
  record Key(String group, Topic topic, int partition) {}

  private final Object store;
  private final Map<Key, Long> positions = new LinkedHashMap<>();
  private final List<Member> members = new ArrayList<>();
  private int joined;

  ModelGroups(Object store) {
    this.store = store;
  }

  Member join(String group, Topic topic) {
    synchronized (store) {
      Member member = new Member(group, topic, "member-" + ++joined);
      members.add(member);
      share(group, topic);
      return member;
    }
  }

  int memberCount() {
    return members.size();
  }

  private List<Member> of(String group, Topic topic) {
    return members.stream().filter(m -> m.group.equals(group) && m.topic.equals(topic)).toList();
  }

  private static Member poorest(List<Member> of) {
    return of.stream().min(Comparator.comparingInt(m -> m.owned.size())).orElseThrow();
  }

  /** What nobody has goes to who has least. */
  private void share(String group, Topic topic) {
    List<Member> of = of(group, topic);
    for (int p = 0; p < topic.partitions() && !of.isEmpty(); p++) {
      int partition = p;
      if (of.stream().noneMatch(m -> m.owned.contains(partition))) {
        poorest(of).owned.add(partition);
      }
    }
    store.notifyAll();
  }

  /** Evicts all members of the group. */
  void evict(String group) {
    members.removeIf(m -> m.group.equals(group));
    store.notifyAll();
  }

  void evict(String group, Topic topic) {
    members.removeAll(of(group, topic));
    store.notifyAll();
  }

  String ids(String group, Topic topic) {
    return of(group, topic).stream().map(m -> m.id).collect(Collectors.joining(", "));
  }

  boolean hasMembers(String group, @Nullable Topic topic) {
    return members.stream()
        .anyMatch(m -> m.group.equals(group) && (topic == null || m.topic.equals(topic)));
  }

  boolean forget(String group) {
    return positions.keySet().removeIf(key -> key.group.equals(group));
  }

  void forget(Topic topic) {
    positions.keySet().removeIf(key -> key.topic.equals(topic));
  }

  void put(Key key, long offset) {
    positions.put(key, offset);
  }

  void requireOwned(Member member, int partition) {
    if (!members.contains(member) || !member.owned.contains(partition)) {
      throw new KlogException(Reason.FENCED, "fenced: " + member.id + " has no such partition");
    }
  }

  Collection<GroupPosition> positions() {
    List<GroupPosition> all = new ArrayList<>();
    positions.forEach(
        (k, offset) -> all.add(new GroupPosition(k.group, k.topic, k.partition, offset)));
    all.sort(
        Comparator.comparing(GroupPosition::group)
            .thenComparing(p -> p.topic().name())
            .thenComparing(GroupPosition::partition));
    return all;
  }

  Collection<Membership> memberships() {
    return members.stream()
        .map(m -> new Membership(m.group, m.topic, m.id, List.copyOf(m.owned)))
        .sorted(Comparator.comparing(Membership::group).thenComparing(m -> m.topic().name()))
        .toList();
  }

  final class Member implements GroupMember {
    private final String group;
    private final Topic topic;
    private final String id;
    private final TreeSet<Integer> owned = new TreeSet<>();

    private Member(String group, Topic topic, String id) {
      this.group = group;
      this.topic = topic;
      this.id = id;
    }

    @Override
    public String group() {
      return group;
    }

    @Override
    public Topic topic() {
      return topic;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public int[] poll(IntPredicate isBusy) {
      synchronized (store) {
        if (!members.contains(this)) {
          throw new KlogException(Reason.FENCED, "fenced: " + id + " was evicted");
        }
        for (int p : List.copyOf(owned)) {
          Member poorest = poorest(of(group, topic));
          if (poorest.owned.size() + 1 < owned.size() && !isBusy.test(p)) {
            owned.remove(p);
            poorest.owned.add(p);
            store.notifyAll();
          }
        }
        return owned.stream().mapToInt(p -> p).toArray();
      }
    }

    @Override
    public void touch() {}

    @Override
    public long position(int partition) {
      synchronized (store) {
        return positions.getOrDefault(new Key(group, topic, partition), NO_POSITION);
      }
    }

    @Override
    public void close() {
      synchronized (store) {
        if (members.remove(this)) {
          share(group, topic);
        }
      }
    }
  }
}

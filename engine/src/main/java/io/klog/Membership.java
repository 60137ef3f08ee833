package io.klog;

import java.util.List;

/**
 * A live member of a consumer group, and what it reads.
 *
 * @param memberId as {@link GroupMember#id}
 * @param partitions in order; none where it stands by
 */
public record Membership(String group, Topic topic, String memberId, List<Integer> partitions) {
  public Membership {
    partitions = List.copyOf(partitions);
  }
}

package io.klog.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which part of the file belongs to whom, by those who say so: no page has two owners. */
final class ExtentClaims {
  private record Claim(Extent extent, String owner) {}

  private final List<Claim> claims = new ArrayList<>();

  void add(Extent extent, String owner) {
    claims.add(new Claim(extent, owner));
  }

  void check(Faults faults) {
    claims.sort(Comparator.comparingLong(claim -> claim.extent().position()));
    Claim furthest = null;
    for (Claim claim : claims) {
      if (furthest != null && claim.extent().position() < furthest.extent().end()) {
        faults.add(
            claim.extent().position(),
            claim.owner(),
            "pages of its own",
            "pages up to byte " + furthest.extent().end() + " that belong to " + furthest.owner());
      }
      if (furthest == null || claim.extent().end() > furthest.extent().end()) {
        furthest = claim;
      }
    }
  }
}

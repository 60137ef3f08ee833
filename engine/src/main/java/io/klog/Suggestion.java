package io.klog;

import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;

/** What somebody may have meant who wrote a name that is not there. */
public final class Suggestion {
  /** Of so many characters one may be wrong. */
  private static final int PART = 3;

  private static final int LONGEST = 300;

  private Suggestion() {}

  /**
   * Words to put behind "there is no ...".
   *
   * @param names those that there are
   * @return {@code "; did you mean 'retention.ms'?"}, or nothing when no name is near
   */
  public static String of(String written, Collection<String> names) {
    String best = null;
    String wanted = plain(written);
    int least = Math.max(1, wanted.length() / PART) + 1;
    if (written.length() <= LONGEST) {
      for (String name : new TreeSet<>(names)) {
        int distance = distance(wanted, plain(name), least);
        if (distance < least && distance < name.length()) {
          least = distance;
          best = name;
        }
      }
    }
    return best == null ? "" : "; did you mean '" + best + "'?";
  }

  /** So that busyTimeout and busy-timeout are as near to busy_timeout as can be. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /**
   * How many characters to put in, take out, change, or swap with their neighbours.
   *
   * @param enough more need not be told apart
   */
  private static int distance(String a, String b, int enough) {
    if (Math.abs(a.length() - b.length()) >= enough) {
      return enough;
    }
    int[] beforeLast = {};
    int[] last = new int[b.length() + 1];
    for (int j = 0; j < last.length; j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[last.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}

package io.klog.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Where the members of some names stand in a JSON object. One pass looks at the whole text, so that
 * what a column has does not depend on which others are asked for; of a name that is there twice
 * the last counts. For one thread at a time.
 */
final class JsonMembers implements JsonScanner.Members {
  private static final int WELL_FORMED = 0;

  private final byte[][] names;
  private final int[] starts;
  private final int[] ends;
  // Members mostly come in the order of the columns.
  private int expected;

  /**
   * @param names in UTF-8, none twice; not copied
   */
  JsonMembers(byte[][] names) {
    this.names = names;
    this.starts = new int[this.names.length];
    this.ends = new int[this.names.length];
  }

  static byte[][] inUtf8(List<String> names) {
    return names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Where the member's value begins, -1 where there is none. */
  int start(int member) {
    return starts[member];
  }

  int end(int member) {
    return ends[member];
  }

  /**
   * Finds the members.
   *
   * @return negative where the text is no object: the complement of the place of the fault
   */
  int find(byte[] in, int from, int end) {
    Arrays.fill(starts, -1);
    expected = 0;
    int at = JsonScanner.begin(in, from, end);
    if (at >= end || in[at] != '{') {
      return ~at;
    }
    at = JsonScanner.object(in, at, end, this);
    if (at < 0) {
      return at;
    }
    int rest = JsonScanner.blanks(in, at, end);
    return rest == end ? WELL_FORMED : ~rest;
  }

  @Override
  public void member(byte[] in, int name, int nameEnd, int value, int valueEnd) {
    int member = named(in, name, nameEnd);
    if (member >= 0) {
      starts[member] = value;
      ends[member] = valueEnd;
    }
  }

  /** Which one has the name between the quotes, or -1. */
  private int named(byte[] in, int start, int end) {
    int count = names.length;
    for (int i = 0; i < count; i++) {
      int candidate = expected + i < count ? expected + i : expected + i - count;
      byte[] name = names[candidate];
      if (name.length == end - start
          && Arrays.equals(in, start, end, name, 0, name.length)
          && !JsonReader.hasEscape(in, start, end)) {
        expected = candidate + 1 == count ? 0 : candidate + 1;
        return candidate;
      }
    }
    return JsonReader.hasEscape(in, start, end) ? unescaped(in, start, end) : -1;
  }

  private int unescaped(byte[] in, int start, int end) {
    byte[] name = JsonReader.text(in, start, end).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(names[i], name)) {
        return i;
      }
    }
    return -1;
  }
}

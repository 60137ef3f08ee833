package io.klog.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A simple path into a JSON text, {@code $.a.b[0]}: names of members and indexes of elements.
 * Immutable.
 */
final class JsonPathSteps {
  // Whether it is strict or lax shows only where a clause tells the two kinds of nothing apart.
  private static final Pattern SIMPLE =
      Pattern.compile(
          "(?:(?:strict|lax)\\s+)?\\$((?:\\.[a-zA-Z_][a-zA-Z0-9_]*|\\[[0-9]{1,6}])+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern STEP = Pattern.compile("\\.([a-zA-Z0-9_]+)|\\[([0-9]+)]");

  private static final int NOWHERE = -1;

  /** A step: a member's name, or, where that is null, an element's index. */
  private static final class Step {
    private final byte @Nullable [] name;
    private final int index;

    Step(byte @Nullable [] name, int index) {
      this.name = name;
      this.index = index;
    }
  }

  private final List<Step> steps;

  private JsonPathSteps(List<Step> steps) {
    this.steps = steps;
  }

  /** Null for a path that is not that simple. */
  static @Nullable JsonPathSteps of(String path) {
    Matcher simple = SIMPLE.matcher(path);
    if (!simple.matches()) {
      return null;
    }
    List<Step> steps = new ArrayList<>();
    Matcher step = STEP.matcher(simple.group(1));
    while (step.find()) {
      String name = step.group(1);
      steps.add(
          name != null
              ? new Step(name.getBytes(StandardCharsets.US_ASCII), 0)
              : new Step(null, Integer.parseInt(step.group(2))));
    }
    return new JsonPathSteps(List.copyOf(steps));
  }

  /** Where a path leads to. For one thread at a time. */
  static final class Found implements JsonScanner.Members {
    private static final byte[] NONE = {};

    private int start;
    private int end;
    private boolean malformed;
    // The name of the member to go to.
    private byte[] wanted = NONE;

    @Override
    public void member(byte[] in, int name, int nameEnd, int value, int valueEnd) {
      if (isName(wanted, in, name, nameEnd)) {
        start = value;
        end = valueEnd;
      }
    }

    /** Whether the text cannot be stepped over; then it says nothing else. */
    boolean isMalformed() {
      return malformed;
    }

    /** Whether there is something, and not JSON's null. */
    boolean exists(byte[] in) {
      return start >= 0 && !JsonReader.isNull(in, start);
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }
  }

  /** Follows the path in a text that begins with an object or an array; whatever is behind it. */
  Found find(byte[] in) {
    Found found = new Found();
    found.start = JsonScanner.blanks(in, 0, in.length);
    found.end = in.length;
    for (int i = 0; i < steps.size() && found.start >= 0; i++) {
      Step step = steps.get(i);
      int end = step.name != null ? member(step.name, in, found) : element(step.index, in, found);
      // The first step goes over the whole text; what is in it is well-formed after that.
      found.malformed |= i == 0 && end < 0;
    }
    return found;
  }

  /** To the last member of that name; gives the end of the object. */
  private static int member(byte[] name, byte[] in, Found found) {
    int start = found.start;
    int limit = found.end;
    found.start = NOWHERE;
    if (start >= limit || in[start] != '{') {
      return JsonScanner.value(in, start, limit);
    }
    found.wanted = name;
    return JsonScanner.object(in, start, limit, found);
  }

  private static boolean isName(byte[] name, byte[] in, int start, int end) {
    if (JsonReader.hasEscape(in, start, end)) {
      return JsonReader.text(in, start, end).equals(new String(name, StandardCharsets.US_ASCII));
    }
    return Arrays.equals(name, 0, name.length, in, start, end);
  }

  /** To the element; gives the end of the array. */
  private static int element(int index, byte[] in, Found found) {
    int start = found.start;
    found.start = NOWHERE;
    int limit = found.end;
    int whole = JsonScanner.value(in, start, limit);
    if (whole < 0 || in[start] != '[') {
      return whole;
    }
    int at = JsonScanner.blanks(in, start + 1, limit);
    for (int i = 0; in[at] != ']'; i++) {
      int next = JsonScanner.value(in, at, limit);
      if (i == index) {
        found.start = at;
        found.end = next;
        return whole;
      }
      at = JsonScanner.blanks(in, next, limit);
      if (in[at] == ',') {
        at = JsonScanner.blanks(in, at + 1, limit);
      }
    }
    return whole;
  }
}

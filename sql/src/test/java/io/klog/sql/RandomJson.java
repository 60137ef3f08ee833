package io.klog.sql;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * JSON texts, mostly objects with members a and b\u00e9 somewhere, and what damage makes of them.
 */
final class RandomJson {
  private static final String[] STRINGS = {
    "",
    "x",
    "a\\n",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\u00e9\u20ac\ud83d\ude00",
    "\\\\\\\"",
    "0",
    "true",
    "2026-11-25T01:02:03.004Z",
    "\\/",
    "\\u0000"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "12.50",
    "1e3",
    "1E-3",
    "9223372036854775807",
    "9223372036854775808",
    "1e999999999",
    "-1e-999999999",
    "123456789012345678901234567890.5",
    "0.1"
  };
  private static final String[] NAMES = {"a", "b\u00e9", "\\u0061", "b\\u00E9", "c", "", "aa", "A"};
  private static final String SIGNS = "{}[]\",:0-e.\\tn \u0001";
  private static final int DEEP = 4;

  private RandomJson() {}

  static String text(SplittableRandom random) {
    String text = random.nextInt(20) == 0 ? value(random, 0) : object(random, 0);
    return blank(random) + text + blank(random);
  }

  private static String value(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth < DEEP ? 8 : 6)) {
      case 0, 1 -> '"' + pick(STRINGS, random) + '"';
      case 2, 3 -> pick(NUMBERS, random);
      case 4 -> random.nextBoolean() ? "true" : "false";
      case 5 -> "null";
      case 6 -> object(random, depth + 1);
      default -> array(random, depth + 1);
    };
  }

  private static String object(SplittableRandom random, int depth) {
    StringBuilder text = new StringBuilder("{").append(blank(random));
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : "," + blank(random))
          .append('"')
          .append(pick(NAMES, random))
          .append('"')
          .append(blank(random))
          .append(':')
          .append(blank(random))
          .append(value(random, depth))
          .append(blank(random));
    }
    return text.append('}').toString();
  }

  private static String array(SplittableRandom random, int depth) {
    StringBuilder text = new StringBuilder("[").append(blank(random));
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(value(random, depth)).append(blank(random));
    }
    return text.append(']').toString();
  }

  private static String blank(SplittableRandom random) {
    return random.nextInt(4) == 0 ? " \n\r\t".substring(0, random.nextInt(5)) : "";
  }

  private static String pick(String[] from, SplittableRandom random) {
    return from[random.nextInt(from.length)];
  }

  /** Some bytes changed, taken out, put in or cut off. */
  static byte[] damaged(byte[] text, SplittableRandom random) {
    byte[] bytes = text;
    for (int n = 1 + random.nextInt(2); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> without(bytes, at);
            case 2 -> with(bytes, at, (byte) SIGNS.charAt(random.nextInt(SIGNS.length())));
            default -> {
              byte[] changed = bytes.clone();
              changed[at] = (byte) (1 + random.nextInt(255));
              yield changed;
            }
          };
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int at) {
    byte[] fewer = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, fewer, 0, at);
    System.arraycopy(bytes, at + 1, fewer, at, fewer.length - at);
    return fewer;
  }

  private static byte[] with(byte[] bytes, int at, byte more) {
    byte[] longer = new byte[bytes.length + 1];
    System.arraycopy(bytes, 0, longer, 0, at);
    longer[at] = more;
    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
    return longer;
  }
}

package io.klog.jdbc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of the metadata methods: {@code %} is any text, {@code _} any character, a backslash
 * takes the special sense from what follows. Names are matched without case, as SQL looks them up.
 */
final class LikePattern {
  static final String ESCAPE = "\\";

  private final @Nullable String pattern;

  /**
   * @param pattern null for all
   */
  LikePattern(@Nullable String pattern) {
    this.pattern = pattern == null || pattern.equals("%") ? null : fold(pattern);
  }

  boolean matches(@Nullable String name) {
    String wanted = pattern;
    return wanted == null || matches(wanted, fold(name == null ? "" : name));
  }

  private static String fold(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Greedy with one point to go back to, so that no pattern takes more than quadratic time. */
  private static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int afterAny = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '%') {
        afterAny = ++p;
        retry = t;
        continue;
      }
      int width = p < pattern.length() ? widthIfMatching(pattern, p, text.charAt(t)) : 0;
      if (width > 0) {
        p += width;
        t++;
      } else if (afterAny >= 0) {
        p = afterAny;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '%') {
      p++;
    }
    return p == pattern.length();
  }

  /** How many characters of the pattern, from p on, match this one character; 0 for none. */
  private static int widthIfMatching(String pattern, int p, char c) {
    char wanted = pattern.charAt(p);
    if (wanted == '\\' && p + 1 < pattern.length()) {
      return pattern.charAt(p + 1) == c ? 2 : 0;
    }
    return wanted == '_' || wanted == c ? 1 : 0;
  }
}

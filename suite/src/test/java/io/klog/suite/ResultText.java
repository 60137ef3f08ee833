package io.klog.suite;

import io.klog.suite.Entry.Order;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** The values of a result as a script expects them: one a line, in its order, or hashed. */
record ResultText(List<String> values) {
  private static final Comparator<List<String>> BY_COLUMNS =
      (left, right) -> {
        for (int i = 0; i < left.size(); i++) {
          int order = left.get(i).compareTo(right.get(i));
          if (order != 0) {
            return order;
          }
        }
        return 0;
      };

  static ResultText of(List<List<String>> rows, Order order) {
    List<List<String>> sorted = new ArrayList<>(rows);
    if (order == Order.ROWSORT) {
      sorted.sort(BY_COLUMNS);
    }
    List<String> values = new ArrayList<>();
    sorted.forEach(values::addAll);
    if (order == Order.VALUESORT) {
      values.sort(Comparator.naturalOrder());
    }
    return new ResultText(values);
  }

  boolean matches(List<String> expected) {
    return expected.equals(values) || expected.equals(List.of(hashed()));
  }

  String hashed() {
    MessageDigest digest = md5();
    for (String value : values) {
      digest.update(value.getBytes(StandardCharsets.ISO_8859_1));
      digest.update((byte) '\n');
    }
    return values.size() + " values hashing to " + HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}

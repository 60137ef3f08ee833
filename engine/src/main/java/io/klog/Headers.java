package io.klog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record in order; names may repeat.
 *
 * @param list immutable
 */
public record Headers(List<Header> list) {
  public static final Headers NONE = new Headers(List.of());

  public Headers {
    list = List.copyOf(list);
  }

  /** One header. The value's array is not copied: do not change it. */
  @SuppressWarnings("ArrayRecordComponent") // equality of headers is never asked
  public record Header(String name, byte @Nullable [] value) {}

  public boolean isEmpty() {
    return list.isEmpty();
  }
}

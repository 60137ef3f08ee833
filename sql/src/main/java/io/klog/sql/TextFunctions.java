package io.klog.sql;

import java.nio.charset.StandardCharsets;
import org.apache.calcite.avatica.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The code behind klog's own SQL functions; public only because compiled plans call it. */
public final class TextFunctions {
  private TextFunctions() {}

  /** The text of UTF-8 bytes; what is malformed becomes U+FFFD. */
  public static @Nullable String utf8(@Nullable ByteString bytes) {
    return bytes == null ? null : new String(bytes.getBytes(), StandardCharsets.UTF_8);
  }

  /** The UTF-8 bytes of a text. */
  public static @Nullable ByteString utf8Bytes(@Nullable String text) {
    return text == null ? null : new ByteString(text.getBytes(StandardCharsets.UTF_8));
  }
}

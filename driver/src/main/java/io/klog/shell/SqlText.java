package io.klog.shell;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as literals of SQL, which a person can read where that is possible. */
final class SqlText {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private SqlText() {}

  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A name that SQL takes whatever it is: in quotes. */
  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A statement with its semicolon: on a line of its own where it may end with a comment. */
  static String ended(String statement) {
    String last = statement.substring(statement.lastIndexOf('\n') + 1);
    return statement + (last.contains("--") || last.contains("//") ? "\n;" : ";");
  }

  /** As text where they are that, and nothing an editor or a terminal could change; else in hex. */
  static String bytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return "NULL";
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().allMatch(SqlText::isClean)) {
        return text(text);
      }
    } catch (CharacterCodingException e) {
      return hex(bytes); // it is no text
    }
    return hex(bytes);
  }

  private static boolean isClean(int character) {
    return character == '\n'
        || character == '\t'
        || (!Character.isISOControl(character)
            && character != BYTE_ORDER_MARK
            && Character.getType(character) != Character.LINE_SEPARATOR
            && Character.getType(character) != Character.PARAGRAPH_SEPARATOR);
  }

  private static String hex(byte[] bytes) {
    return "X'" + HexFormat.of().formatHex(bytes) + "'";
  }

  /** In UTC, as all of klog's times. */
  static String timestamp(Instant instant) {
    String text = LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    return "'" + text.replace('T', ' ') + "'";
  }

  /** Headers; NULL where there are none. */
  static String headers(@Nullable Object map) {
    if (!(map instanceof Map<?, ?> headers) || headers.isEmpty()) {
      return "NULL";
    }
    StringBuilder text = new StringBuilder("MAP[");
    headers.forEach(
        (name, value) -> {
          if (text.length() > 4) {
            text.append(", ");
          }
          text.append(bytes(String.valueOf(name).getBytes(StandardCharsets.UTF_8)))
              .append(", ")
              .append(bytes((byte[]) value));
        });
    return text.append(']').toString();
  }
}

package io.klog.shell;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Records of raw topics, of bytes that are text and bytes that are none. */
final class RandomRecords {
  private static final HexFormat HEX = HexFormat.of();

  private RandomRecords() {}

  /** Another one each run, printed so that {@code -Dklog.seed=...} replays it. */
  static SplittableRandom random(String test) {
    Long given = Long.getLong("klog.seed");
    long seed = given != null ? given : System.nanoTime() * 31 + test.hashCode();
    System.out.println(test + ": replay with -Dklog.seed=" + seed);
    return new SplittableRandom(seed);
  }

  static String insert(String topic) {
    return "INSERT INTO "
        + topic
        + " (partition, timestamp, key, value, headers) VALUES (?,?,?,?,?)";
  }

  static void insert(PreparedStatement insert, SplittableRandom random, int partitions)
      throws SQLException {
    insert.setInt(1, random.nextInt(partitions));
    long farthest = random.nextInt(10) == 0 ? 300_000_000_000_000L : 2_000_000_000_000L;
    insert.setObject(2, Instant.ofEpochMilli(random.nextLong(-farthest / 5, farthest)));
    insert.setBytes(3, bytes(random));
    insert.setBytes(4, bytes(random));
    if (random.nextInt(3) > 0) {
      insert.setNull(5, Types.NULL);
    } else {
      Map<String, byte @Nullable []> headers = new LinkedHashMap<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        headers.put(text(random), bytes(random));
      }
      insert.setObject(5, headers);
    }
    insert.executeUpdate();
  }

  private static byte @Nullable [] bytes(SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0 -> {
        return null;
      }
      case 1 -> {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return bytes;
      }
      case 2 -> {
        // What stands for bytes where these are no text.
        String hex = random.nextBoolean() ? "x'00FF'" : "x'" + HEX.formatHex(new byte[2]) + "'";
        return hex.getBytes(StandardCharsets.UTF_8);
      }
      default -> {
        return text(random).getBytes(StandardCharsets.UTF_8);
      }
    }
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(15); n > 0; n--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append("'\"\\;,-.\uFEFF\u2028\u0085 \n\r\t".charAt(random.nextInt(14)));
        case 2 -> text.append((char) random.nextInt(0x80, 0xD800));
        case 3 -> text.appendCodePoint(random.nextInt(0x10000, 0x110000));
        default -> text.append((char) random.nextInt(0x20, 0x7F));
      }
    }
    return text.toString();
  }

  /** All that the records of a topic are, byte by byte. */
  static List<String> of(Connection connection, String topic) throws SQLException {
    List<String> records = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT partition, offset, timestamp, key, value, headers FROM "
                    + topic
                    + " ORDER BY partition, offset")) {
      while (row.next()) {
        StringBuilder headers = new StringBuilder();
        if (row.getObject(6) instanceof Map<?, ?> map) {
          map.forEach(
              (name, value) -> headers.append(name).append('=').append(hex((byte[]) value)));
        }
        records.add(
            row.getInt(1)
                + " "
                + row.getLong(2)
                + " "
                + row.getObject(3, Instant.class)
                + " "
                + hex(row.getBytes(4))
                + " "
                + hex(row.getBytes(5))
                + " "
                + headers);
      }
    }
    return records;
  }

  private static String hex(byte @Nullable [] bytes) {
    return bytes == null ? "NULL" : HEX.formatHex(bytes);
  }
}

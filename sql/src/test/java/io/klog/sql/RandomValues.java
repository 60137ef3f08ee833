package io.klog.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values that declared columns can have. */
final class RandomValues {
  private RandomValues() {}

  /** A canonical value of the type. */
  static Object of(String type, SplittableRandom random) {
    return switch (type) {
      case "BOOLEAN" -> random.nextBoolean();
      case "TINYINT" -> (int) (byte) random.nextInt();
      case "SMALLINT" -> (int) (short) random.nextInt();
      case "INTEGER" -> random.nextInt() >> random.nextInt(32);
      case "BIGINT" -> random.nextLong() >> random.nextInt(64);
      case "DECIMAL(38, 10)" ->
          new BigDecimal(
              BigInteger.valueOf(random.nextLong()).multiply(BigInteger.valueOf(random.nextLong())),
              10);
      case "REAL" -> (double) (float) (random.nextDouble() * Math.pow(10, random.nextInt(-30, 30)));
      case "DOUBLE" -> -random.nextDouble() * Math.pow(10, random.nextInt(-300, 300));
      case "CHAR(3)" -> characters(random, 3).replaceAll(" +$", "");
      case "VARCHAR" -> random.nextInt(20) == 0 ? "long ".repeat(5000) : characters(random, 12);
      case "BINARY(3)" -> bytes(random, 3);
      case "VARBINARY" -> bytes(random, random.nextInt(40));
      case "DATE" -> random.nextInt(-800_000, 3_000_000);
      case "TIME(3)" -> random.nextInt(86_400_000);
      case "TIMESTAMP(3)" -> random.nextLong(-70_000_000_000_000L, 300_000_000_000_000L);
      case "VARCHAR ARRAY" -> list(random, () -> characters(random, 5));
      case "MAP<VARCHAR, BIGINT>" -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        list(random, () -> characters(random, 5)).forEach(k -> map.put(k + "", random.nextLong()));
        map.replaceAll((k, v) -> random.nextInt(5) == 0 ? null : v);
        yield map;
      }
      case "MAP<INTEGER, TIMESTAMP(3) ARRAY> ARRAY" ->
          list(
              random,
              () -> Map.of(random.nextInt(), list(random, () -> of("TIMESTAMP(3)", random))));
      default -> list(random, () -> list(random, () -> new BigDecimal(random.nextInt(-99999, 9))));
    };
  }

  private static List<@Nullable Object> list(SplittableRandom random, Supplier<Object> element) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      list.add(random.nextInt(6) == 0 ? null : element.get());
    }
    return list;
  }

  /** Of all planes, with what JSON escapes. */
  private static String characters(SplittableRandom random, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      switch (random.nextInt(7)) {
        case 0 -> text.append((char) random.nextInt(0x20));
        case 1 -> text.append("\"\\/\uFEFF\u2028".charAt(random.nextInt(5)));
        case 2 -> text.append((char) random.nextInt(0x80, 0xD800));
        case 3 -> text.appendCodePoint(random.nextInt(0x10000, 0x110000));
        default -> text.append((char) random.nextInt(0x20, 0x7F));
      }
    }
    return text.toString();
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }
}

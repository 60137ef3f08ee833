package io.klog.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Murmur2Test {
  /** From Kafka's UtilsTest. */
  private static final Map<String, Integer> KAFKA =
      Map.of(
          "21", -973932308,
          "foobar", -790332482,
          "a-little-bit-long-string", -985981536,
          "a-little-bit-longer-string", -1486304829,
          "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971,
          "abc", 479470107);

  /** What Kafka 4.3.1 gives for bytes of other lengths, and for those that are negative. */
  private static final Map<String, Integer> KAFKA_BYTES =
      Map.of(
          "", 275646681,
          "00", 375494588,
          "80", 857690492,
          "ff", -311467685,
          "ff80", -442788720,
          "80ff01", -643063393,
          "fffefdfc", 2136149935,
          "00000000", 850957120,
          "80818283848586", -47880214,
          "ffffffffffffffffff", 1612811207);

  @Test
  void hashesAsKafkaDoes() {
    KAFKA.forEach((key, hash) -> assertEquals(hash, Murmur2.hash(key.getBytes(UTF_8)), key));
    KAFKA_BYTES.forEach(
        (key, hash) -> assertEquals(hash, Murmur2.hash(HexFormat.of().parseHex(key)), key));
  }

  @Test
  void theSignOfTheHashIsCutOff() {
    assertEquals((-973932308 & 0x7fffffff) % 6, Murmur2.partition("21".getBytes(UTF_8), 6));
    assertEquals(479470107 % 6, Murmur2.partition("abc".getBytes(UTF_8), 6));
  }

  /** Known of "hello"; of the others what an implementation of the same in Python gives. */
  @Test
  void theLongHashIsMurmurHash64A() {
    Map<String, Long> hashes =
        Map.of(
            "", 0L,
            "68656c6c6f", 2191231550387646743L,
            "61", 0x71717d2d36b6b11L,
            "6162636465666768", 0xafdb0257ff41aa98L,
            "616263646566676869", 0xc9b9d84356146ac2L,
            "80ff01", 0xdd8866ebeb8ae3a2L);
    hashes.forEach(
        (key, hash) -> {
          byte[] bytes = HexFormat.of().parseHex("99" + key + "99");
          assertEquals(hash, Murmur2.hash64(bytes, 1, bytes.length - 2), key);
        });
  }
}

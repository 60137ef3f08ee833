package io.klog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeySetTest {
  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static boolean contains(KeySet keys, String key) {
    byte[] array = bytes("<" + key + ">");
    return keys.contains(array, 1, array.length - 2);
  }

  @Test
  void itHasTheKeysItWasGivenAndNoOthers() {
    for (int size : new int[] {0, 1, 2, 3, 4, 7, 100, 5000}) {
      List<byte[]> given = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        given.add(bytes("key-" + i));
        given.add(bytes("key-" + i / 2)); // again
      }
      KeySet keys = KeySet.of(given);
      assertEquals(size, keys.size());
      for (int i = 0; i < size + 200; i++) {
        assertEquals(i < size, contains(keys, "key-" + i), "key " + i + " of " + size);
        assertFalse(contains(keys, "key-" + i + "x"));
        assertFalse(contains(keys, "Key-" + i));
      }
    }
  }

  @Test
  void theEmptyKeyIsAKeyAndNullIsNone() {
    KeySet both = KeySet.of(new byte[0], bytes("a"));
    assertTrue(both.contains(new byte[3], 2, 0));
    assertFalse(both.contains(new byte[3], 2, -1));
    assertTrue(KeySet.of(new byte[0]).contains(new byte[0], 0, 0));
    assertFalse(KeySet.of(new byte[0]).contains(new byte[0], 0, -1));
    assertFalse(KeySet.NONE.contains(new byte[0], 0, 0));
  }

  @Test
  void itDoesNotChangeWithTheArraysItWasMadeOf() {
    byte[] key = bytes("a");
    KeySet keys = KeySet.of(key);
    key[0] = 'b';
    keys.key(0)[0] = 'c';
    assertTrue(contains(keys, "a"));
    assertArrayEquals(bytes("a"), keys.key(0));
  }

  @Test
  void theSameKeysInAnotherOrderAreEqual() {
    KeySet keys = KeySet.of(bytes("b"), bytes("a"), bytes("b"));
    assertEquals(KeySet.of(bytes("a"), bytes("b")), keys);
    assertEquals(KeySet.of(bytes("a"), bytes("b")).hashCode(), keys.hashCode());
    assertNotEquals(KeySet.of(bytes("a")), keys);
    assertEquals("{'a', 'b'}", keys.toString());
    assertEquals("{x'00ff'}", KeySet.of(new byte[] {0, -1}).toString());
    assertEquals(KeySet.NONE, KeySet.of());
  }
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are none, or of another time. What a disk does to one: {@link BadBytesTest}. */
@Timeout(120)
class BadFileTest {
  private static void assertRefused(String expected, Reason reason, byte[] bytes)
      throws IOException {
    for (OpenOptions.Mode mode : OpenOptions.Mode.values()) {
      MemoryStorage storage = SmallFile.storage(bytes);
      KlogException e =
          assertThrows(KlogException.class, () -> SmallFile.open(storage, mode).close());
      assertEquals(reason, e.reason(), e.toString());
      assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
      assertArrayEquals(bytes, SmallFile.bytes(storage), "what is not ours is not touched");
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedAndNotTouched() throws IOException {
    byte[] text = "Dear diary, ".repeat(5000).getBytes(StandardCharsets.UTF_8);
    assertRefused("is not a klog file", Reason.CANNOT_OPEN, text);
    assertRefused("at byte 0, found 44 65 61 72", Reason.CANNOT_OPEN, Arrays.copyOf(text, 100));
    assertRefused("found 44", Reason.CANNOT_OPEN, Arrays.copyOf(text, 1));
    assertRefused("is not a klog file", Reason.CANNOT_OPEN, new byte[100_000]);
    assertRefused(
        "is not a klog file",
        Reason.CANNOT_OPEN,
        "SQLite format 3\0".repeat(1000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anEmptyFileIsAnEmptyStoreForWhoMayWrite() throws IOException {
    for (int length : new int[] {0, 1, 100, 12_288, 16_384}) {
      KlogException e =
          assertThrows(
              KlogException.class,
              () ->
                  SmallFile.open(SmallFile.storage(new byte[length]), OpenOptions.Mode.READ)
                      .close());
      assertEquals(Reason.CANNOT_OPEN, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("is empty"), e.getMessage());
      try (LogStore store =
          SmallFile.open(SmallFile.storage(new byte[length]), OpenOptions.Mode.WRITE)) {
        assertTrue(store.catalog().topics().isEmpty());
      }
    }
  }

  @Test
  void aFileWhoseLineEndsWereChangedIsRefused() throws IOException {
    String file = new String(SmallFile.closed(3, 3).bytes(), StandardCharsets.ISO_8859_1);
    assertRefused(
        "is not a klog file",
        Reason.CANNOT_OPEN,
        file.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aNewerFormatIsRefusedByItsVersion() throws IOException {
    byte[] bytes = SmallFile.closed(3, 3).bytes();
    for (int at : new int[] {0, Extent.PAGE}) {
      LittleEndian.putInt(bytes, at + 8, 7);
      byte[] head = Arrays.copyOfRange(bytes, at, at + 12);
      int crc = Crc.of(head, bytes, at + 16, Superblock.LENGTH - 16);
      LittleEndian.putInt(bytes, at + 12, crc);
    }
    assertRefused("has format version 7", Reason.CANNOT_OPEN, bytes);
  }

  @Test
  void aFileWhoseSuperblocksAreBothDamagedSaysSo() throws IOException {
    byte[] bytes = SmallFile.closed(3, 3).bytes();
    bytes[40] ^= 1;
    bytes[Extent.PAGE + 40] ^= 1;
    assertRefused("is damaged at byte", Reason.CORRUPT, bytes);
  }
}

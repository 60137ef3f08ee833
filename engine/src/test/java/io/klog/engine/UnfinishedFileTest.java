package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.KlogException;
import io.klog.KlogException.Reason;
import io.klog.LogStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file whose creation was cut short holds nothing and is made anew; no other file is. */
class UnfinishedFileTest {
  private static final String NAME = "a.klog";
  private static final OpenOptions READING = LogStoreFixture.reading();

  private static Storage storage(byte[] bytes) throws IOException {
    Storage storage = new KillableStorage(new MemoryStorage());
    try (StorageFile file = storage.open(NAME, Storage.Mode.CREATE)) {
      file.write(0, bytes, 0, bytes.length);
    }
    return storage;
  }

  private static LogStore open(Storage storage, OpenOptions options) {
    return new KlogFile(storage).openFile(NAME, options);
  }

  private static byte[] bytes(Storage storage) throws IOException {
    try (StorageFile file = storage.open(NAME, Storage.Mode.READ)) {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static byte[] empty() throws IOException {
    Storage storage = storage(new byte[0]);
    open(storage, OpenOptions.DEFAULT).close();
    return bytes(storage);
  }

  @Test
  void aSuperblockOfWhichOnlyAPartWasWrittenIsWrittenAnew() throws IOException {
    byte[] whole = empty();
    for (int length = 0; length < Superblock.LENGTH; length++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, length, torn.length, (byte) 0);
      if (Arrays.equals(torn, whole)) {
        continue; // it ends with zeros
      }
      Storage storage = storage(torn);
      KlogException e = assertThrows(KlogException.class, () -> open(storage, READING));
      assertEquals(Reason.CANNOT_OPEN, e.reason(), e.getMessage());
      try (LogStore store = open(storage, OpenOptions.DEFAULT)) {
        LogStoreFixture.append(store, LogStoreFixture.topic(store, "t"), "x");
      }
      try (LogStore store = open(storage, READING)) {
        assertEquals(List.of("x"), LogStoreFixture.values(store, StoreTest.topic(store, "t")));
      }
    }
  }

  @Test
  void aFileThatHoldsMoreIsLeftAlone() throws IOException {
    byte[] torn = empty();
    Arrays.fill(torn, 100, Superblock.LENGTH, (byte) 0);
    for (int at : new int[] {Superblock.LENGTH, Extent.PAGE, 2 * Extent.PAGE, torn.length - 1}) {
      byte[] more = torn.clone();
      more[at] = 1;
      assertUntouched(Reason.CORRUPT, more);
    }
    assertUntouched(Reason.CORRUPT, Arrays.copyOf(torn, Superblock.LENGTH));
    assertUntouched(Reason.CORRUPT, Arrays.copyOf(torn, torn.length - 1));
    assertUntouched(Reason.CORRUPT, Arrays.copyOf(torn, torn.length + 1));
    byte[] other = torn.clone();
    other[3]++;
    assertUntouched(Reason.CANNOT_OPEN, other);
  }

  private static void assertUntouched(Reason reason, byte[] bytes) throws IOException {
    Storage storage = storage(bytes);
    KlogException e = assertThrows(KlogException.class, () -> open(storage, OpenOptions.DEFAULT));
    assertEquals(reason, e.reason(), e.getMessage());
    assertArrayEquals(bytes, bytes(storage));
  }
}

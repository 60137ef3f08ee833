package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class MemoryStorageTest extends StorageContract {
  private final MemoryStorage storage = new MemoryStorage();

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  String name(int number) {
    return "file" + number;
  }

  @Test
  void deletedFileIsGoneButForWhoHasItOpen() throws IOException {
    write(0, bytes(1, 10));
    storage.delete(name(1));
    storage.delete("never made");
    assertNull(storage.identityOf(name(1)));
    assertThrows(
        NoSuchFileException.class, () -> storage.open(name(1), Storage.Mode.WRITE).close());
    assertArrayEquals(bytes(1, 10), read(0, 10));
    Object old = file().identity();
    reopen(Storage.Mode.CREATE);
    assertEquals(0, file().size());
    assertNotEquals(old, file().identity());
  }

  @Test
  void sharedLocksOfOpeningsGoTogether() throws IOException {
    try (StorageFile other = storage.open(name(1), Storage.Mode.READ)) {
      assertNotNull(file().tryLock(1, true));
      assertNotNull(other.tryLock(1, true));
      try (StorageFile third = storage.open(name(1), Storage.Mode.WRITE)) {
        assertNull(third.tryLock(1, false));
      }
    }
  }

  @Test
  void aPlaceNoHeapCanReachIsAFullDevice() {
    assertThrows(StorageFullException.class, () -> write(1L << 60, bytes(1, 1)));
  }
}

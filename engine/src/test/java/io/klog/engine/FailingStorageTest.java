package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.klog.engine.FailingStorage.Call;
import io.klog.engine.FailingStorage.Tear;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class FailingStorageTest extends StorageContract {
  private final FailingStorage storage = new FailingStorage(new MemoryStorage());

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  String name(int number) {
    return "file" + number;
  }

  @Test
  void failsTheNthCallOfAKindOnce() throws IOException {
    storage.failOnce(3, FailingStorage::ioError, Call.WRITE);
    write(0, bytes(1, 10));
    file().sync();
    write(10, bytes(2, 10));
    assertSays(
        "Input/output error", assertThrows(IOException.class, () -> write(20, bytes(3, 10))));
    assertEquals(20, file().size());
    write(20, bytes(3, 10));
    assertEquals(4, storage.calls(Call.WRITE));
    assertEquals(5, storage.calls(Call.WRITE, Call.SYNC));
    assertEquals(7, storage.calls());
    assertEquals(1, storage.failures());
  }

  @Test
  void failsForEverUntilHealed() throws IOException {
    storage.failFrom(2, FailingStorage::full);
    file().sync();
    assertThrows(StorageFullException.class, () -> file().sync());
    assertEquals(0, storage.syncsRetried());
    assertThrows(StorageFullException.class, () -> file().resize(10));
    assertThrows(StorageFullException.class, () -> write(0, bytes(1, 1)));
    assertThrows(StorageFullException.class, () -> read(0, 0));
    assertThrows(StorageFullException.class, () -> file().tryLock(0, false));
    assertThrows(StorageFullException.class, () -> storage.open(name(2), Storage.Mode.CREATE));
    storage.heal();
    file().sync();
    assertEquals(1, storage.syncsRetried());
    assertEquals(0, file().size());
  }

  @Test
  void failingWriteMayLeaveAPart() throws IOException {
    storage.tearWrites(Tear.HALF);
    storage.failOnce(1, FailingStorage::ioError, Call.WRITE);
    assertThrows(IOException.class, () -> write(0, bytes(1, 10)));
    assertEquals(5, file().size());
    assertArrayEquals(bytes(1, 5), read(0, 5));
    storage.tearWrites(Tear.ALL);
    storage.failOnce(1, FailingStorage::ioError, Call.WRITE);
    assertThrows(IOException.class, () -> write(5, bytes(2, 10)));
    assertArrayEquals(bytes(2, 10), read(5, 10));
  }

  @Test
  void throwsWhatIsNoFailureOfTheDevice() throws IOException {
    storage.failOnce(1, OutOfMemoryError::new, Call.SIZE);
    assertThrows(OutOfMemoryError.class, () -> file().size());
    storage.failOnce(2, StackOverflowError::new, Call.CLOCK);
    storage.currentTimeMillis();
    assertThrows(StackOverflowError.class, storage::nanoTime);
    storage.failOnce(1, ArithmeticException::new, Call.OPEN);
    assertThrows(ArithmeticException.class, () -> storage.identityOf(name(1)));
    assertEquals(0, file().size());
    assertEquals(3, storage.failures());
  }

  @Test
  void fullDeviceStillTakesWhatNeedsNoRoom() throws IOException {
    write(0, bytes(1, 8000));
    assertEquals(8192, storage.used());
    storage.limit(storage.used() + 4096);
    assertThrows(StorageFullException.class, () -> write(8000, bytes(2, 10_000)));
    assertEquals(12_288, file().size());
    assertArrayEquals(bytes(2, 4288), read(8000, 4288));
    write(0, bytes(3, 12_288));
    file().resize(1 << 20);
    assertThrows(StorageFullException.class, () -> write(500_000, bytes(2, 1)));
    assertEquals(12_288, storage.used());
    file().resize(4000);
    write(500_000, bytes(2, 1));
    storage.heal();
    write(600_000, bytes(2, 100_000));
    assertEquals(2, storage.failures());
  }
}

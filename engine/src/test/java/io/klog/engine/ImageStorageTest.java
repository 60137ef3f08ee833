package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ImageStorageTest extends StorageContract {
  @Override
  Storage storage() {
    return new ImageStorage();
  }

  @Override
  String name(int number) {
    return "file" + number;
  }

  @Test
  void imagesShareTheirBytesUntilOneIsChanged() throws IOException {
    SplittableRandom random = Seed.of("ImageStorageTest").random();
    SharedPages pages = new SharedPages();
    byte[] model = {};
    for (int round = 0; round < 2000; round++) {
      SharedPages copy = pages.copy();
      byte[] before = model;
      int at = random.nextInt(40_000);
      if (random.nextInt(3) == 0) {
        pages.resize(at);
        model = Arrays.copyOf(model, at);
      } else {
        byte[] bytes = StorageContract.bytes(round, random.nextInt(10_000));
        pages.write(at, bytes, 0, bytes.length);
        int size = bytes.length == 0 ? model.length : Math.max(model.length, at + bytes.length);
        model = Arrays.copyOf(model, size);
        System.arraycopy(bytes, 0, model, Math.min(at, size), bytes.length);
      }
      assertArrayEquals(before, copy.toArray());
      assertArrayEquals(model, pages.toArray());
      SharedPages same = new SharedPages();
      same.write(0, model, 0, model.length);
      assertEquals(same.hash(), pages.hash());
      if (!Arrays.equals(before, model)) {
        assertNotEquals(copy.hash(), pages.hash());
      }
    }
  }
}

package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PowerCutTest {
  private static final int SECTOR = PowerCut.SECTOR;

  private final RecordingStorage storage = new RecordingStorage();

  /** Sectors full of one letter each, so that an image can be told as a word; '.' is zeros. */
  private static byte[] sectors(String letters) {
    byte[] bytes = new byte[letters.length() * SECTOR];
    for (int i = 0; i < bytes.length; i++) {
      char letter = letters.charAt(i / SECTOR);
      bytes[i] = (byte) (letter == '.' ? 0 : letter);
    }
    return bytes;
  }

  private static String word(byte[] bytes) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < bytes.length; i += SECTOR) {
      word.append(bytes[i] == 0 ? '.' : (char) bytes[i]);
    }
    assertArrayEquals(sectors(word.toString()), bytes, "sectors are torn");
    return word.toString();
  }

  private static void write(StorageFile file, int sector, String letters) throws IOException {
    byte[] bytes = sectors(letters);
    file.write((long) sector * SECTOR, bytes, 0, bytes.length);
  }

  private StorageFile open() throws IOException {
    return storage.open("file", Storage.Mode.CREATE);
  }

  private List<PowerCut.Image> images(int some) throws IOException {
    return new PowerCut(storage, "file").images(1, 1000, some).toList();
  }

  /** All the images after the first mark, "|". */
  private Set<String> words() throws IOException {
    return images(1000).stream()
        .filter(image -> !image.markers().isEmpty())
        .map(image -> "|" + word(image.bytes()))
        .collect(Collectors.toSet());
  }

  @Test
  void nothingButASubsetOfTheSectorsIsLeft() throws IOException {
    StorageFile file = open();
    write(file, 0, "....");
    file.sync();
    storage.mark("|");
    write(file, 1, "ab");
    assertEquals(Set.of("|....", "|.a..", "|..b.", "|.ab."), words());
  }

  @Test
  void aSectorIsLeftAsOfAnyOfItsWrites() throws IOException {
    StorageFile file = open();
    write(file, 0, "xy");
    file.sync();
    storage.mark("|");
    write(file, 0, "ab");
    write(file, 1, "c");
    write(file, 1, "d");
    assertEquals(Set.of("|xy", "|ay", "|xb", "|ab", "|xc", "|ac", "|xd", "|ad"), words());
  }

  @Test
  void theSizeIsLeftAsOfAnyOfItsChanges() throws IOException {
    StorageFile file = open();
    write(file, 0, "a");
    file.sync();
    storage.mark("|");
    file.resize(3 * SECTOR);
    write(file, 1, "b");
    write(file, 3, "c");
    assertEquals(Set.of("|a", "|a..", "|ab.", "|a...", "|ab..", "|a..c", "|ab.c"), words());
  }

  @Test
  void whatWasCutComesBackOnlyIfTheCutIsNotThere() throws IOException {
    StorageFile file = open();
    write(file, 0, "abcd");
    file.sync();
    storage.mark("|");
    file.resize(SECTOR);
    file.resize(3 * SECTOR);
    write(file, 2, "e");
    assertEquals(Set.of("|abcd", "|abed", "|a", "|a..", "|a.e"), words());
  }

  @Test
  void everythingIsThereAfterASync() throws IOException {
    StorageFile file = open();
    write(file, 0, "abc");
    write(file, 1, "d");
    file.sync();
    storage.mark("acknowledged");
    List<PowerCut.Image> images = images(1000);
    PowerCut.Image last = images.get(images.size() - 1);
    assertEquals(List.of("acknowledged"), last.markers());
    assertEquals("adc", word(last.bytes()));
    assertEquals(1, images.stream().filter(image -> !image.markers().isEmpty()).count());
  }

  @Test
  void whatWasThereBeforeTheRecordingIsDurable() throws IOException {
    MemoryStorage memory = new MemoryStorage();
    write(memory.open("file", Storage.Mode.CREATE), 0, "ab");
    RecordingStorage recording = new RecordingStorage(memory);
    write(recording.open("file", Storage.Mode.WRITE), 0, "c");
    Set<String> words =
        new PowerCut(recording, "file")
            .images(1, 100, 100)
            .map(image -> word(image.bytes()))
            .collect(Collectors.toSet());
    assertEquals(Set.of("ab", "cb"), words);
  }

  @Test
  void aSyncCoversWhatCameBeforeItsCallOnly() throws IOException {
    // A storage whose sync takes long enough for another write.
    MemoryStorage memory = new MemoryStorage();
    List<StorageFile> recorded = new ArrayList<>();
    RecordingStorage recording =
        new RecordingStorage(
            forwarding(
                Storage.class,
                memory,
                "open",
                opened ->
                    forwarding(
                        StorageFile.class,
                        (StorageFile) opened,
                        "sync",
                        nothing -> {
                          write(recorded.get(0), 1, "b");
                          return nothing;
                        })));
    recorded.add(recording.open("file", Storage.Mode.CREATE));
    write(recorded.get(0), 0, "a.");
    recorded.get(0).sync();
    recording.mark("|");
    Set<String> words =
        new PowerCut(recording, "file")
            .images(1, 100, 100)
            .filter(image -> !image.markers().isEmpty())
            .map(image -> word(image.bytes()))
            .collect(Collectors.toSet());
    assertEquals(Set.of("a.", "ab"), words);
  }

  private interface After {
    Object apply(Object result) throws IOException;
  }

  private static <T> T forwarding(Class<T> type, T target, String method, After after) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, called, arguments) -> {
              try {
                Object result = called.invoke(target, arguments);
                return called.getName().equals(method) ? after.apply(result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  @Test
  void allPossibilitiesAreThereWhereTheyAreFewAndElseSoManyAsAskedFor() throws IOException {
    StorageFile file = open();
    write(file, 0, "............");
    file.sync();
    storage.mark("|");
    write(file, 0, "abcdefgh");
    PowerCut cut = new PowerCut(storage, "file");
    assertEquals(2, cut.gaps());
    for (int some : new int[] {5, 100}) {
      assertEquals(256, afterTheMark(cut, 256, some));
      assertEquals(some, afterTheMark(cut, 255, some));
    }
  }

  private static int afterTheMark(PowerCut cut, int few, int some) {
    List<PowerCut.Image> images =
        cut.images(1, few, some).filter(image -> !image.markers().isEmpty()).toList();
    assertEquals(images.size(), images.stream().map(PowerCut.Image::hash).distinct().count());
    return images.size();
  }

  @Test
  void imagesAreTheSameForTheSameSeed() throws IOException {
    record(new SplittableRandom(5), 300);
    PowerCut cut = new PowerCut(storage, "file");
    List<PowerCut.Image> images = cut.images(7, 10, 10).toList();
    List<PowerCut.Image> again = cut.images(7, 10, 10).toList();
    assertEquals(images.size(), again.size());
    for (int i = 0; i < images.size(); i++) {
      assertArrayEquals(images.get(i).bytes(), again.get(i).bytes());
      assertEquals(images.get(i).hash(), again.get(i).hash());
      assertEquals(images.get(i).description(), again.get(i).description());
    }
  }

  @Test
  void everySectorOfEveryImageWasOnceWrittenSoAndNothingSyncedIsLost() throws IOException {
    Seed seed = Seed.of("PowerCutTest");
    record(seed.random(), 400);
    List<RecordingStorage.Event> events = storage.events();
    int count = 0;
    Map<Integer, List<Set<ByteBuffer>>> versions = new HashMap<>();
    for (PowerCut.Image image : images(60)) {
      int acknowledged = image.markers().size();
      verify(versions.computeIfAbsent(acknowledged, a -> versions(events, a)), image);
      assertTrue(image.bytes().length == 64 * SECTOR || acknowledged == 0, image.description());
      count++;
    }
    assertTrue(count > 2000, "" + count);
  }

  /** Sectors within a file of fixed size; a marker after each sync. */
  private void record(SplittableRandom random, int steps) throws IOException {
    try (StorageFile file = open()) {
      file.resize(64 * SECTOR);
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(8) == 0) {
          file.sync();
          storage.mark("synced");
        } else {
          int from = random.nextInt(60 * SECTOR);
          byte[] bytes = StorageContract.bytes(step, 1 + random.nextInt(3 * SECTOR));
          file.write(from, bytes, 0, bytes.length);
        }
      }
    }
  }

  private static void verify(List<Set<ByteBuffer>> versions, PowerCut.Image image) {
    byte[] bytes = image.bytes();
    for (int sector = 0; sector < bytes.length / SECTOR; sector++) {
      assertTrue(
          versions.get(sector).contains(sector(bytes, sector)),
          "sector " + sector + ": " + image.description());
    }
  }

  /** A slow model: what each sector was from the marker of this number on, until the next. */
  private static List<Set<ByteBuffer>> versions(
      List<RecordingStorage.Event> events, int acknowledged) {
    byte[] model = new byte[64 * SECTOR];
    List<Set<ByteBuffer>> versions = new ArrayList<>();
    for (int sector = 0; sector < 64; sector++) {
      versions.add(new HashSet<>());
    }
    int seen = 0;
    if (acknowledged == 0) {
      addAll(versions, model);
    }
    for (RecordingStorage.Event event : events) {
      seen += event.mark != null ? 1 : 0;
      if (seen > acknowledged) {
        break;
      }
      if (event.kind == RecordingStorage.Event.Kind.WRITE) {
        System.arraycopy(event.bytes, 0, model, (int) event.position, event.bytes.length);
      }
      if (seen == acknowledged) {
        addAll(versions, model);
      }
    }
    return versions;
  }

  private static void addAll(List<Set<ByteBuffer>> versions, byte[] model) {
    for (int sector = 0; sector < 64; sector++) {
      versions.get(sector).add(sector(model, sector));
    }
  }

  private static ByteBuffer sector(byte[] bytes, int sector) {
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, sector * SECTOR, (sector + 1) * SECTOR));
  }

  @Test
  void eachImageIsAFileOfItsOwn() throws IOException {
    StorageFile file = open();
    write(file, 0, "a.b");
    file.sync();
    write(file, 1, "c");
    for (PowerCut.Image image : images(10)) {
      byte[] before = image.bytes();
      try (StorageFile copy = image.storage("file").open("file", Storage.Mode.WRITE)) {
        write(copy, 0, "xyz");
      }
      assertArrayEquals(before, image.bytes());
      assertEquals(word(before).replace(".", "").isEmpty(), image.isZero());
    }
  }
}

package io.klog.engine;

import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.RecordCursor;
import io.klog.ScanRange;
import io.klog.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A process that reads a file while another cuts it. For each line that it gets it reads the file
 * and says what came of it: ok, or the exception's class or reason.
 */
final class CutProcess {
  /** So often before the first answer, so that what reads is compiled. */
  private static final int WARM = 20_000;

  private CutProcess() {}

  /** Arguments: bytes or records, and the file. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    if (arguments[0].equals("bytes")) {
      readBytes(arguments[1], orders);
    } else {
      readRecords(arguments[1], orders);
    }
  }

  /** Each line: a position and how many bytes to read there. */
  private static void readBytes(String name, BufferedReader orders) throws IOException {
    try (StorageFile file = new FileStorage().open(name, Storage.Mode.READ)) {
      byte[] target = new byte[1 << 20];
      long size = file.size();
      for (int i = 0; i < WARM; i++) {
        file.read(size - 8192, target, 0, 8192);
      }
      System.out.println("ready");
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        String[] words = line.split(" ", -1);
        String answer = "ok";
        try {
          file.read(Long.parseLong(words[0]), target, 0, Integer.parseInt(words[1]));
        } catch (IOException e) {
          answer = e.getClass().getSimpleName();
        }
        System.out.println(answer);
      }
    }
  }

  private static void readRecords(String name, BufferedReader orders) throws IOException {
    OpenOptions reading = new OpenOptions(OpenOptions.Mode.READ, 0, 1 << 20);
    try (LogStore store = KlogFile.open(name, reading)) {
      Topic topic = store.catalog().topics().iterator().next();
      for (int i = 0; i < 200; i++) {
        scan(store, topic);
      }
      System.out.println("ready");
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        String answer;
        try {
          answer = "ok " + scan(store, topic);
        } catch (KlogException e) {
          answer = String.valueOf(e.reason());
        }
        System.out.println(answer);
      }
    }
  }

  private static int scan(LogStore store, Topic topic) {
    int count = 0;
    try (RecordCursor cursor = store.snapshot(List.of(topic)).scan(topic, 0, ScanRange.ALL)) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }
}

package io.klog.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
  private static final String EARLIER = "delivered by one who died before the commit";

  @TempDir Path folder;

  @Test
  void eachMailIsDeliveredOnceAndEachPoisonedOneBuriedOnceHoweverOftenTheWorkersAreKilled()
      throws Exception {
    Path mails = Files.createDirectory(folder.resolve("mails"));
    Files.writeString(mails.resolve("0.txt"), EARLIER);
    try (KilledWorkers workers = new KilledWorkers(folder, Outbox.class, mails.toString());
        Connection shop = PlaceOrders.open(workers.file());
        Statement ask = shop.createStatement()) {
      workers.kill(2, 1, () -> committed(ask));
      workers.kill(3, 2, () -> committed(ask));
      workers.finish(() -> committed(ask) >= InvoicesTest.count(ask, "outbox"));

      Map<String, String> wanted = new TreeMap<>(Map.of("0.txt", EARLIER));
      List<String> poison = new ArrayList<>();
      for (long id = 0; id < InvoicesTest.count(ask, "outbox"); id++) {
        if (id % 10 == 7) {
          poison.add("{\"text\":\"Thank you for order-" + id + "\"} it does not say whom to");
        } else {
          wanted.putIfAbsent(id + ".txt", "customer-" + id + ": Thank you for order-" + id);
        }
      }
      assertEquals(wanted, read(mails));
      assertEquals(poison, deadLetters(ask));
      System.out.printf("%,d mails, %,d of them poisoned%n", wanted.size(), poison.size());
    }
  }

  private static long committed(Statement ask) throws SQLException {
    try (ResultSet rows =
        ask.executeQuery(
            "SELECT current_offset FROM klog.consumer_lag WHERE group_id = 'mailer'")) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static Map<String, String> read(Path mails) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(mails)) {
      for (Path file : files.toList()) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return found;
  }

  private static List<String> deadLetters(Statement ask) throws SQLException {
    List<String> found = new ArrayList<>();
    try (ResultSet rows =
        ask.executeQuery("SELECT value, headers['error'] FROM dead_letters ORDER BY offset")) {
      while (rows.next()) {
        found.add(rows.getString(1) + " " + rows.getString(2));
      }
    }
    return found;
  }
}

package io.klog.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvoicesTest {
  @TempDir Path folder;

  @Test
  void eachOrderGetsOneInvoiceHoweverOftenItsWorkersAreKilled() throws Exception {
    try (KilledWorkers workers = new KilledWorkers(folder, Invoices.class);
        Connection shop = PlaceOrders.open(workers.file());
        Statement ask = shop.createStatement()) {
      workers.kill(3, 1, () -> count(ask, "invoices"));
      workers.kill(5, 2, () -> count(ask, "invoices"));
      workers.finish(() -> count(ask, "invoices") >= count(ask, "orders"));

      Map<String, Long> amounts = new HashMap<>();
      try (ResultSet invoices = ask.executeQuery("SELECT id, amount FROM invoices")) {
        while (invoices.next()) {
          String order = invoices.getString(1);
          assertNull(amounts.put(order, invoices.getLong(2)), () -> order + " twice");
        }
      }
      long orders = count(ask, "orders");
      assertEquals(orders, amounts.size());
      for (long id = 0; id < orders; id++) {
        assertEquals((1 + id % 7) * id, amounts.get("order-" + id));
      }
      System.out.printf("%,d orders, %,d invoices%n", orders, amounts.size());
    }
  }

  static long count(Statement ask, String topic) throws SQLException {
    try (ResultSet rows = ask.executeQuery("SELECT count(*) FROM " + topic)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}

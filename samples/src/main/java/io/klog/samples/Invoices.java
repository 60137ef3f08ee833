package io.klog.samples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes an invoice of every order. The invoices and the position of the consumer group commit
 * together, so each order gets one invoice, however often this is killed, and however many of it
 * run at once: they share the partitions of the topic orders.
 *
 * <p>Argument: the file, {@code shop.klog} where there is none.
 */
public final class Invoices {
  private static final int ORDERS_PER_COMMIT = 10;

  private Invoices() {}

  public static void main(String[] args) throws SQLException {
    try (Connection shop = PlaceOrders.open(args.length > 0 ? args[0] : "shop.klog")) {
      bill(shop);
    }
  }

  private static void bill(Connection shop) throws SQLException {
    shop.createStatement().execute("SET poll.timeout = 200");
    try (PreparedStatement orders =
            shop.prepareStatement(
                "SELECT STREAM id, quantity * price AS amount"
                    + " FROM orders FOR CONSUMER GROUP billing");
        PreparedStatement invoice =
            shop.prepareStatement("INSERT INTO invoices (id, amount) VALUES (?, ?)");
        ResultSet order = orders.executeQuery()) {
      while (true) {
        int made = 0;
        while (made < ORDERS_PER_COMMIT && order.next()) { // false: none came in time
          invoice.setString(1, order.getString("id"));
          invoice.setLong(2, order.getLong("amount"));
          invoice.executeUpdate();
          made++;
        }
        shop.commit();
        if (made > 0) {
          System.out.printf("%d invoices%n", made);
        }
      }
    }
  }
}

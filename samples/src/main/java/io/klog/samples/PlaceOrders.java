package io.klog.samples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A shop. Each order is placed together with the mail that confirms it: both, or neither. {@link
 * Invoices} and {@link Outbox} do the rest, in processes of their own.
 *
 * <p>Arguments: the file, {@code shop.klog} where there is none; how many orders, 100 by default.
 */
public final class PlaceOrders {
  private PlaceOrders() {}

  public static void main(String[] args) throws SQLException {
    int count = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    try (Connection shop = open(args.length > 0 ? args[0] : "shop.klog")) {
      place(shop, count);
    }
    System.out.printf("Placed %,d orders%n", count);
  }

  /** With autocommit off. */
  static Connection open(String file) throws SQLException {
    Connection shop = DriverManager.getConnection("jdbc:klog:" + file);
    try (Statement create = shop.createStatement()) {
      create.execute(
          "CREATE TOPIC IF NOT EXISTS orders (id VARCHAR KEY, quantity INTEGER, price BIGINT)"
              + " WITH ('partitions'='4')");
      create.execute("CREATE TOPIC IF NOT EXISTS invoices (id VARCHAR KEY, amount BIGINT)");
      create.execute("CREATE TOPIC IF NOT EXISTS outbox (recipient VARCHAR, text VARCHAR)");
      create.execute("CREATE TOPIC IF NOT EXISTS dead_letters");
    }
    shop.setAutoCommit(false);
    return shop;
  }

  static void place(Connection shop, int count) throws SQLException {
    try (PreparedStatement order =
            shop.prepareStatement("INSERT INTO orders (id, quantity, price) VALUES (?, ?, ?)");
        PreparedStatement mail =
            shop.prepareStatement("INSERT INTO outbox (recipient, text) VALUES (?, ?)");
        ResultSet placed = shop.createStatement().executeQuery("SELECT count(*) FROM orders")) {
      placed.next();
      for (long id = placed.getLong(1), end = id + count; id < end; id++) {
        order.setString(1, "order-" + id);
        order.setLong(2, 1 + id % 7);
        order.setLong(3, id);
        order.executeUpdate();
        mail.setString(1, id % 10 == 7 ? null : "customer-" + id); // forgot to say
        mail.setString(2, "Thank you for order-" + id);
        mail.executeUpdate();
        shop.commit();
      }
    }
  }
}

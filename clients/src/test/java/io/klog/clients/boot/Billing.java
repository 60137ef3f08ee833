package io.klog.clients.boot;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Makes one invoice of each order, however many of these run, and whatever is killed amid it. */
@Service
class Billing {
  private final JdbcClient client;

  Billing(JdbcClient client) {
    this.client = client;
  }

  /**
   * The invoices commit with the group's position. When it throws, both are rolled back, and the
   * next run reads the same orders again.
   */
  @Scheduled(initialDelayString = "${billing.delay}", fixedDelayString = "${billing.delay}")
  @Transactional
  public void billNewOrders() {
    List<Order> orders =
        client
            .sql("SELECT id, amount FROM orders LIMIT 100 FOR CONSUMER GROUP billing")
            .query(Order.class)
            .list();
    for (Order order : orders) {
      client
          .sql("INSERT INTO invoices (id, due) VALUES (:id, :amount)")
          .paramSource(order)
          .update();
    }
  }
}

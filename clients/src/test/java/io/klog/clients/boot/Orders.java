package io.klog.clients.boot;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;

@Repository
class Orders {
  private final JdbcClient client;

  Orders(JdbcClient client) {
    this.client = client;
  }

  /** Returns its offset: the place that it has in the log from now on. */
  long place(Order order) {
    KeyHolder keys = new GeneratedKeyHolder();
    client
        .sql("INSERT INTO orders (id, amount) VALUES (:id, :amount)")
        .paramSource(order)
        .update(keys, "offset");
    Long offset = keys.getKeyAs(Long.class);
    if (offset == null) {
      throw new IllegalStateException("no offset for " + order);
    }
    return offset;
  }
}

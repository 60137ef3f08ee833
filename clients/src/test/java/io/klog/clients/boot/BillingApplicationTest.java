package io.klog.clients.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.EmbeddedDatabaseConnection;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

@Timeout(120)
class BillingApplicationTest {
  @TempDir Path directory;

  private ConfigurableApplicationContext start() {
    return start("20ms");
  }

  private ConfigurableApplicationContext start(String delay) {
    return SpringApplication.run(
        BillingApplication.class,
        "--billing.file=" + directory.resolve("billing.klog"),
        "--billing.delay=" + delay);
  }

  private static ConfigurableApplicationContext startInMemory() {
    return SpringApplication.run(
        BillingApplication.class,
        "--spring.datasource.url=jdbc:klog:mem:${random.uuid}",
        "--billing.delay=20ms");
  }

  private static long place(ConfigurableApplicationContext application, String id) {
    return application.getBean(Orders.class).place(new Order(id, new BigDecimal("9.99")));
  }

  /** The ids of the invoices, once there are so many; the test's time limit bounds it. */
  private static List<String> invoices(ConfigurableApplicationContext application, int count)
      throws InterruptedException {
    JdbcClient client = application.getBean(JdbcClient.class);
    List<String> ids = List.of();
    while (ids.size() < count) {
      Thread.sleep(10);
      ids = client.sql("SELECT id FROM invoices ORDER BY offset").query(String.class).list();
    }
    return ids;
  }

  @Test
  void eachOrderIsBilledOnceWhenTheApplicationIsStartedAgain() throws InterruptedException {
    try (ConfigurableApplicationContext application = start()) {
      assertEquals(0, place(application, "tea"));
      assertEquals(1, place(application, "milk"));
      assertEquals(List.of("tea", "milk"), invoices(application, 2));
    }
    try (ConfigurableApplicationContext application = start()) {
      assertEquals(2, place(application, "rice"));
      assertEquals(List.of("tea", "milk", "rice"), invoices(application, 3));
      assertEquals(
          0L,
          application
              .getBean(JdbcTemplate.class)
              .queryForObject("SELECT sum(records_lag) FROM klog.consumer_lag", Long.class));
    }
  }

  @Test
  void twoApplicationsOnOneFileBillEachOrderOnce() throws InterruptedException {
    try (ConfigurableApplicationContext one = start();
        ConfigurableApplicationContext other = start()) {
      for (int i = 0; i < 10; i++) {
        place(one, "one-" + i);
        place(other, "other-" + i);
      }
      List<String> billed = invoices(one, 20);
      assertEquals(20, billed.size());
      assertEquals(20, billed.stream().distinct().count());
      // What would be billed once more comes before what is placed now, or with it.
      place(one, "last");
      place(other, "very last");
      List<String> all = invoices(one, 22);
      assertEquals(billed, all.subList(0, 20));
      assertEquals(Set.of("last", "very last"), Set.copyOf(all.subList(20, all.size())));
      assertEquals(22, all.size());
    }
  }

  @Test
  void applicationsInMemoryKeepToThemselves() throws InterruptedException {
    try (ConfigurableApplicationContext one = startInMemory();
        ConfigurableApplicationContext other = startInMemory()) {
      place(one, "tea");
      place(other, "milk");
      assertEquals(List.of("tea"), invoices(one, 1));
      assertEquals(List.of("milk"), invoices(other, 1));
    }
  }

  @Test
  void aBillThatFailsIsMadeByTheNextRun() throws InterruptedException {
    try (ConfigurableApplicationContext application = start("1h")) {
      Billing billing = application.getBean(Billing.class);
      JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
      place(application, "tea");
      jdbc.execute("DROP TOPIC invoices");
      assertThrows(RuntimeException.class, billing::billNewOrders);
      jdbc.execute("CREATE TOPIC invoices (id VARCHAR KEY, due DECIMAL(10, 2) NOT NULL)");
      billing.billNewOrders();
      billing.billNewOrders();
      assertEquals(List.of("tea"), invoices(application, 1));
    }
  }

  @Test
  void theDatabaseIsHealthy() throws Exception {
    try (ConfigurableApplicationContext application = start()) {
      DataSourceHealthIndicator indicator = application.getBean(DataSourceHealthIndicator.class);
      Health health = indicator.health();
      assertEquals(Status.UP, health.getStatus());
      assertEquals("klog", health.getDetails().get("database"));
      assertEquals("isValid()", health.getDetails().get("validationQuery"));
      try (Connection connection = application.getBean(DataSource.class).getConnection()) {
        assertTrue(connection.isValid(1));
      }
      assertEquals(
          JdbcTransactionManager.class,
          application.getBean(JdbcTransactionManager.class).getClass());
    }
  }

  @Test
  void klogsOwnSettingsAreGivenThroughThePool() {
    String properties = "--spring.datasource.hikari.data-source-properties.";
    try (ConfigurableApplicationContext application =
        SpringApplication.run(
            BillingApplication.class,
            "--spring.datasource.url=jdbc:klog:mem:settings",
            properties + "busy_timeout=1000",
            properties + "poll.timeout=50")) {
      assertEquals(
          Map.of("busy_timeout", "1000", "poll.timeout", "50"),
          application.getBean(HikariDataSource.class).getDataSourceProperties());
      assertEquals(
          "50",
          application
              .getBean(JdbcClient.class)
              .sql("SHOW poll.timeout")
              .query((row, number) -> row.getString(1))
              .single());
    }
  }

  @Test
  void theNameOfTheDriverHasToBeGiven() throws Exception {
    DataSourceProperties properties = new DataSourceProperties();
    properties.setUrl("jdbc:klog:mem:boot");
    properties.setEmbeddedDatabaseConnection(EmbeddedDatabaseConnection.NONE);
    properties.afterPropertiesSet();
    assertThrows(BeanCreationException.class, properties::determineDriverClassName);
    properties.setDriverClassName("io.klog.jdbc.KlogDriver");
    assertEquals("io.klog.jdbc.KlogDriver", properties.determineDriverClassName());
  }
}

package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Of a file that another process took, since this one has dropped the locks. */
@Timeout(60)
class LostFileTest {
  @TempDir Path directory;

  private static String state(Executable call) {
    return String.valueOf(assertThrows(SQLException.class, call).getSQLState());
  }

  @Test
  @SuppressWarnings("try") // closed early, which is what is tested
  void itsConnectionsAreNotValidAndItIsOpenedAnewWhenAllAreClosed() throws Exception {
    Path path = directory.resolve("lost.klog");
    String url = "jdbc:klog:" + path;
    try (Connection first = DriverManager.getConnection(url);
        Connection second = DriverManager.getConnection(url);
        Statement statement = first.createStatement()) {
      statement.execute("CREATE TOPIC orders");
      assertTrue(second.isValid(1));
      Files.readAllBytes(path);
      try (HoldingProcess taker =
          new HoldingProcess(url, "INSERT INTO orders (key) VALUES ('taken')")) {
        assertFalse(first.isValid(1));
        assertFalse(second.isValid(1));
        assertFalse(second.isClosed());
        for (String sql : new String[] {"INSERT INTO orders (key) VALUES ('a')", "TABLE orders"}) {
          assertEquals("08006", state(() -> statement.execute(sql)));
        }
        SQLException told =
            assertThrows(SQLException.class, () -> DriverManager.getConnection(url));
        assertEquals("08001", told.getSQLState());
        assertTrue(
            String.valueOf(told.getMessage()).contains("taken by another process"),
            told.getMessage());
        second.close();
        assertEquals("08001", state(() -> DriverManager.getConnection(url)));
        first.close(); // says no more of it
        try (Connection again = DriverManager.getConnection(url)) {
          assertTrue(again.isValid(1));
        }
        taker.letGoOn();
      }
    }
    try (Connection again = DriverManager.getConnection(url);
        Statement statement = again.createStatement()) {
      assertEquals(1, statement.executeUpdate("INSERT INTO orders (key) VALUES ('b')"));
    }
  }
}

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Inserts, reads and groups with what came as a dependency, which brings all that this needs. */
public final class Consumer {
  private Consumer() {}

  public static void main(String[] args) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:klog:mem:consumer");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC orders (id VARCHAR KEY, amount DECIMAL(10, 2))");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders (id, amount) VALUES (?, ?)")) {
        for (int i = 0; i < 10; i++) {
          insert.setString(1, i % 2 == 0 ? "even" : "odd");
          insert.setInt(2, i);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      try (ResultSet sums =
          statement.executeQuery("SELECT id, sum(amount) FROM orders GROUP BY id ORDER BY id")) {
        while (sums.next()) {
          System.out.println(sums.getString(1) + ": " + sums.getBigDecimal(2));
        }
      }
      System.out.println(connection.getMetaData().getDriverVersion());
    }
  }
}

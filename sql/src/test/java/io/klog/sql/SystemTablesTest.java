package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.KlogException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SystemTablesTest {
  private final Sql sql = new Sql();

  @BeforeEach
  void create() {
    sql.update("CREATE TOPIC Orders WITH ('partitions'='2', 'format'='raw')");
    sql.update("CREATE TOPIC IF NOT EXISTS orders");
    sql.update("INSERT INTO orders (partition, key) VALUES (1, 'a'), (1, 'b'), (0, 'c')");
  }

  @AfterEach
  void close() {
    sql.close();
  }

  @Test
  void showAndDescribe() {
    assertEquals(List.of("Orders 2 3"), sql.rows("SHOW TOPICS"));
    assertEquals(
        List.of(
            "offset BIGINT NO NO",
            "partition INTEGER NO NO",
            "timestamp TIMESTAMP(3) NO NO",
            "key VARBINARY YES NO",
            "value VARBINARY YES NO",
            "headers MAP<VARCHAR, VARBINARY> YES NO"),
        sql.rows("DESCRIBE ORDERS"));
    assertTrue(sql.rows("DESCRIBE klog.Topics").contains("topic VARCHAR NO NO"));
  }

  @Test
  void declaredColumnsAreShownAsDeclared() {
    sql.update(
        "CREATE TOPIC typed (Id VARCHAR(9) KEY NOT NULL, amount DECIMAL(10,2), tags INT ARRAY)");
    assertEquals(
        List.of(
            "offset BIGINT NO NO",
            "partition INTEGER NO NO",
            "timestamp TIMESTAMP(3) NO NO",
            "Id VARCHAR(9) NO YES",
            "amount DECIMAL(10, 2) YES NO",
            "tags INTEGER ARRAY YES NO",
            "headers MAP<VARCHAR, VARBINARY> YES NO"),
        sql.rows("DESCRIBE typed"));
    assertEquals(List.of("json"), sql.rows("SELECT format FROM klog.topics WHERE topic = 'typed'"));
    assertEquals(
        List.of("Id VARCHAR 9 0 NO", "amount DECIMAL 10 2 YES", "tags ARRAY 0 0 YES"),
        sql.rows(
            "SELECT column_name, type_name, column_size, decimal_digits, is_nullable"
                + " FROM klog.columns WHERE table_name = 'typed' AND ordinal_position IN (4, 5, 6)"));
  }

  @Test
  void topicsAndPartitions() {
    assertEquals(
        List.of("Orders 2 3 raw"),
        sql.rows("SELECT topic, partitions, records, format FROM klog.topics"));
    assertEquals(
        List.of("Orders 0 0 1 1", "Orders 1 0 2 2"), sql.rows("SELECT * FROM klog.partitions"));
  }

  @Test
  void whatDatabaseMetaDataAsks() {
    assertEquals(
        List.of("main Orders TABLE NULL"),
        sql.rows(
            "SELECT * FROM klog.tables WHERE table_type = ? AND table_name LIKE ?",
            "TABLE",
            "Ord%"));
    assertEquals(
        10, sql.rows("SELECT * FROM klog.tables WHERE table_type = 'SYSTEM TABLE'").size());
    assertEquals(
        List.of("offset 1 -5 BIGINT 19 0 NO YES", "key 4 -3 VARBINARY 2147483647 0 YES NO"),
        sql.rows(
            "SELECT column_name, ordinal_position, data_type, type_name, column_size,"
                + " decimal_digits, is_nullable, is_autoincrement FROM klog.columns"
                + " WHERE table_schem = 'main' AND column_name IN ('offset', 'key')"
                + " ORDER BY ordinal_position"));
    // No compiler is needed: a tool's first question is answered at once.
    assertTrue(
        sql.plan("SELECT * FROM klog.columns WHERE table_name LIKE ? ORDER BY table_name")
            .contains("KlogSort"));
  }

  @Test
  void topicsComeAndGo() {
    KlogException exists =
        Assertions.assertThrows(KlogException.class, () -> sql.update("CREATE TOPIC orders"));
    assertEquals(KlogException.Reason.TOPIC_EXISTS, exists.reason());
    sql.update("DROP TOPIC main.orders");
    sql.update("DROP TOPIC IF EXISTS orders");
    assertEquals(List.of(), sql.rows("SHOW TOPICS"));
    sql.update("CREATE TABLE again");
    assertEquals(List.of("again 1 0"), sql.rows("SHOW TOPICS"));
  }
}

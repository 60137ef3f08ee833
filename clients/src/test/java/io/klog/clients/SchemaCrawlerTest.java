package io.klog.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import schemacrawler.inclusionrule.RegularExpressionInclusionRule;
import schemacrawler.schema.Catalog;
import schemacrawler.schema.Column;
import schemacrawler.schema.ResultsColumns;
import schemacrawler.schema.Routine;
import schemacrawler.schema.Schema;
import schemacrawler.schema.Table;
import schemacrawler.schemacrawler.LimitOptionsBuilder;
import schemacrawler.schemacrawler.LoadOptionsBuilder;
import schemacrawler.schemacrawler.SchemaCrawlerOptions;
import schemacrawler.schemacrawler.SchemaCrawlerOptionsBuilder;
import schemacrawler.schemacrawler.SchemaInfoLevelBuilder;
import schemacrawler.tools.utility.SchemaCrawlerUtility;
import us.fatehi.utility.datasource.DatabaseConnectionSource;
import us.fatehi.utility.datasource.DatabaseConnectionSources;
import us.fatehi.utility.datasource.MultiUseUserCredentials;

/** SchemaCrawler, which asks for all that JDBC has metadata for. */
@Timeout(120)
class SchemaCrawlerTest {
  @TempDir Path directory;
  private String url = "";

  @BeforeEach
  void create() throws SQLException {
    url = "jdbc:klog:" + directory.resolve("orders.klog");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TOPIC orders (id VARCHAR(20) KEY, amount DECIMAL(10, 2) NOT NULL,"
              + " tags VARCHAR ARRAY, attrs MAP<VARCHAR, INT>, placed TIMESTAMP(3))");
      statement.execute("CREATE TOPIC events WITH ('partitions'='3')");
      statement.execute("CREATE VIEW large AS SELECT id, amount FROM orders WHERE amount > 10");
    }
  }

  private Catalog crawl(SchemaCrawlerOptions options) throws Exception {
    DatabaseConnectionSource source =
        DatabaseConnectionSources.newDatabaseConnectionSource(
            url, new MultiUseUserCredentials("", ""));
    try {
      return SchemaCrawlerUtility.getCatalog(source, options);
    } finally {
      source.close();
    }
  }

  private static SchemaCrawlerOptions everything() {
    return SchemaCrawlerOptionsBuilder.newSchemaCrawlerOptions()
        .withLimitOptions(
            LimitOptionsBuilder.builder().tableTypes("TABLE", "VIEW", "SYSTEM TABLE").toOptions())
        .withLoadOptions(
            LoadOptionsBuilder.builder()
                .withSchemaInfoLevel(SchemaInfoLevelBuilder.maximum())
                .toOptions());
  }

  private static SchemaCrawlerOptions topicsOnly() {
    return everything()
        .withLimitOptions(
            LimitOptionsBuilder.builder()
                .includeSchemas(new RegularExpressionInclusionRule(".*main"))
                .toOptions());
  }

  private static Table table(Catalog catalog, String name) {
    return catalog.getTables().stream()
        .filter(t -> t.getName().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Test
  void aCrawlAtTheHighestLevelFindsTopicsViewsAndSystemTables() throws Exception {
    Catalog catalog = crawl(everything());
    assertEquals(
        List.of("klog", "main"), catalog.getSchemas().stream().map(Schema::getName).toList());
    for (Schema schema : catalog.getSchemas()) {
      assertTrue(schema.getCatalogName() == null || schema.getCatalogName().isEmpty());
    }
    assertEquals("klog", catalog.getDatabaseInfo().getProductName());
    assertFalse(catalog.getDatabaseInfo().getProductVersion().isEmpty());
    assertTrue(catalog.getColumnDataTypes().size() >= 15);
    for (Routine routine : catalog.getRoutines()) {
      assertEquals("klog", routine.getSchema().getName());
    }
    assertTrue(catalog.getSequences().isEmpty());
    assertEquals("SYSTEM TABLE", table(catalog, "consumer_lag").getTableType().getTableType());
    assertEquals("TABLE", table(catalog, "orders").getTableType().getTableType());
    assertEquals("VIEW", table(catalog, "large").getTableType().getTableType());
    for (Table table : catalog.getTables()) {
      assertFalse(table.getColumns().isEmpty(), table.getFullName());
      for (Column column : table.getColumns()) {
        assertNotNull(column.getColumnDataType().getName(), column.getFullName());
        assertNotNull(column.getColumnDataType().getJavaSqlType().getName(), column.getFullName());
      }
    }
  }

  @Test
  void aTopicsColumnsAndKeyAreWhatItDeclares() throws Exception {
    Catalog catalog = crawl(topicsOnly());
    Table orders = table(catalog, "orders");
    assertEquals(
        List.of(
            "offset BIGINT",
            "partition INTEGER",
            "timestamp TIMESTAMP",
            "id VARCHAR",
            "amount DECIMAL",
            "tags ARRAY",
            "attrs MAP",
            "placed TIMESTAMP",
            "headers MAP"),
        orders.getColumns().stream()
            .map(c -> c.getName() + " " + c.getColumnDataType().getName())
            .toList());
    Column amount = column(orders, "amount");
    assertEquals(10, amount.getSize());
    assertEquals(2, amount.getDecimalDigits());
    assertFalse(amount.isNullable());
    assertEquals(20, column(orders, "id").getSize());
    assertTrue(column(orders, "id").isNullable());
    assertTrue(column(orders, "offset").isAutoIncremented());
    assertNotNull(orders.getPrimaryKey());
    assertEquals(
        List.of("partition", "offset"),
        orders.getPrimaryKey().getConstrainedColumns().stream().map(Column::getName).toList());
    assertTrue(orders.getForeignKeys().isEmpty());
    assertTrue(orders.getTriggers().isEmpty());
    assertNull(table(catalog, "large").getPrimaryKey());
  }

  private static Column column(Table table, String name) {
    return table.getColumns().stream()
        .filter(c -> c.getName().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Test
  void theColumnsOfAResultAreKnownToo() throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, amount AS due FROM orders")) {
      ResultsColumns columns = SchemaCrawlerUtility.getResultsColumns(rows);
      assertEquals(
          List.of("id id VARCHAR", "amount due DECIMAL"),
          columns.getColumns().stream()
              .map(
                  c -> String.join(" ", c.getName(), c.getLabel(), c.getColumnDataType().getName()))
              .toList());
    }
  }
}

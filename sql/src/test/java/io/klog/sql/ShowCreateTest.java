package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.klog.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShowCreateTest {
  private static final int TOPICS = 300;

  private static final List<String> SCALARS =
      List.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INT",
          "BIGINT",
          "DECIMAL",
          "DECIMAL(38, 10)",
          "REAL",
          "FLOAT",
          "DOUBLE",
          "CHAR(3)",
          "VARCHAR",
          "VARCHAR(7)",
          "TEXT",
          "BINARY(3)",
          "VARBINARY",
          "BYTES",
          "DATE",
          "TIME",
          "TIME(0)",
          "TIMESTAMP",
          "TIMESTAMP(0)");

  /** Plain ones, words of the language, and what nobody should call a column. */
  private static final List<String> NAMES =
      List.of(
          "id",
          "Amount",
          "_x",
          "a1",
          "1a",
          "select",
          "user",
          "Date",
          "current_date",
          "topic",
          "if",
          "row",
          "a b",
          "it's",
          "say \"x\"",
          "käse",
          "\u65e5\u672c",
          "semi;colon",
          "a--b",
          "interval",
          "null",
          "true",
          "default",
          "time",
          "hour",
          "count",
          "rank",
          "groups",
          "*");

  @Test
  void whatDiffersFromTheDefaultsIsShown() {
    try (Sql sql = new Sql()) {
      sql.update("CREATE TOPIC clicks WITH ('format'='raw', 'cleanup.policy'='delete')");
      assertEquals(List.of("CREATE TOPIC clicks"), sql.rows("SHOW CREATE TOPIC clicks"));
      sql.update("CREATE TOPIC Orders (id INT KEY NOT NULL) WITH ('format'='json')");
      String plain = "CREATE TOPIC Orders (id INTEGER KEY NOT NULL)";
      assertEquals(List.of(plain), sql.rows("show create table MAIN.orders;"));
      sql.update("ALTER TOPIC orders SET ('on.error'='fail')");
      assertEquals(
          List.of(plain + " WITH ('on.error'='fail')"), sql.rows("SHOW CREATE TOPIC orders"));
      sql.update("ALTER TOPIC orders RESET ('on.error')");
      assertEquals(List.of(plain), sql.rows("SHOW CREATE TOPIC orders"));
    }
  }

  @Test
  void aLongStatementHasALineForEachColumn() {
    try (Sql sql = new Sql()) {
      String create =
          "CREATE TOPIC lines (\n  host VARCHAR KEY,\n  the_text_of_the_line VARCHAR\n)"
              + " WITH ('format'='string', 'partitions'='3')";
      sql.update(create);
      assertEquals(List.of(create), sql.rows("SHOW CREATE TOPIC lines"));
    }
  }

  @Test
  void aViewIsShownAsItWasWritten() {
    try (Sql sql = new Sql()) {
      sql.update("CREATE TOPIC t");
      String create = "create view V (\"Größe\") as\n  SELECT 'it''s' || key FROM t -- all of it";
      sql.update(create);
      assertEquals(List.of(create), sql.rows("SHOW CREATE VIEW v"));
      sql.update("DROP TOPIC t");
      assertEquals(List.of(create), sql.rows("SHOW CREATE VIEW main.v"), "its topic is gone");
    }
  }

  @Test
  void itIsOneColumnOfText() {
    try (Sql sql = new Sql()) {
      sql.update("CREATE TOPIC t");
      ColumnInfo column = sql.session.prepare("SHOW CREATE TOPIC t").columns().get(0);
      assertEquals("create_statement", column.label());
      assertEquals("VARCHAR", column.typeName());
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    try (Sql sql = new Sql()) {
      sql.update("CREATE TOPIC orders");
      assertEquals(
          "42P01 line 1, column 19: there is no topic 'ordres'; did you mean 'orders'?",
          Fault.text(() -> sql.rows("SHOW CREATE TOPIC ordres")));
    }
  }

  @Test
  void aTopicIsNoViewAndAViewNoTopic() {
    try (Sql sql = new Sql()) {
      sql.update("CREATE TOPIC orders");
      sql.update("CREATE VIEW large AS SELECT key FROM orders");
      assertEquals(
          "42809 line 1, column 19: large is a view, not a topic",
          Fault.text(() -> sql.rows("SHOW CREATE TOPIC large")));
      assertEquals(
          "42809 line 1, column 18: orders is a topic: SHOW CREATE TOPIC shows how it is created",
          Fault.text(() -> sql.rows("SHOW CREATE VIEW orders")));
      assertEquals(
          "42P01 line 1, column 18: there is no view 'larg'; did you mean 'large'?",
          Fault.text(() -> sql.rows("SHOW CREATE VIEW larg")));
    }
  }

  @Test
  void everyTopicIsMadeAgainTheSame() {
    SplittableRandom random = Seed.of("ShowCreateTest.everyTopicIsMadeAgainTheSame").random();
    try (Sql sql = new Sql();
        Sql other = new Sql()) {
      for (int n = 0; n < TOPICS; n++) {
        String name = topicName(n, random);
        sql.update("CREATE TOPIC \"" + name + "\"" + declared(random));
        String shown = sql.rows("SHOW CREATE TOPIC \"" + name + "\"").get(0);
        other.update(shown);
        Topic made = sql.store.catalog().topic(name);
        Topic again = other.store.catalog().topic(name);
        assertNotNull(made);
        assertNotNull(again, shown);
        assertEquals(made.name(), again.name(), shown);
        assertEquals(made.partitions(), again.partitions(), shown);
        assertEquals(made.columns(), again.columns(), shown);
        assertEquals(effective(made), effective(again), shown);
        assertEquals(List.of(shown), other.rows("SHOW CREATE TOPIC \"" + name + "\""));
      }
    }
  }

  /** As with the defaults written out. */
  private static Map<String, String> effective(Topic topic) {
    Map<String, String> options = new HashMap<>(topic.options());
    options.putIfAbsent("format", "raw");
    options.putIfAbsent("cleanup.policy", "delete");
    options.putIfAbsent("on.error", "null");
    return options;
  }

  private static String topicName(int n, SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> "t." + n;
      case 1 -> n + "-t";
      case 2 -> n < NAMES.size() && NAMES.get(n).matches("[A-Za-z0-9_]+") ? NAMES.get(n) : "_" + n;
      default -> "T" + n;
    };
  }

  private static String declared(SplittableRandom random) {
    List<String> columns = new ArrayList<>();
    List<String> options = new ArrayList<>();
    String format = List.of("json", "json", "string", "raw", "").get(random.nextInt(5));
    List<String> names = new ArrayList<>(NAMES);
    if (!format.isEmpty()) {
      if (random.nextBoolean()) {
        columns.add(name(names, random) + scalar(random) + " KEY" + notNull(random));
      }
      int others = format.equals("json") ? random.nextInt(columns.isEmpty() ? 1 : 0, 9) : 1;
      for (int i = 0; i < others; i++) {
        String type =
            switch (format) {
              case "json" -> type(random, 0);
              case "string" -> scalar(random);
              default -> random.nextBoolean() ? "VARBINARY" : "BINARY(5)";
            };
        columns.add(name(names, random) + type + notNull(random));
      }
      addSome(options, "format", format, !format.equals("json") || random.nextBoolean());
      addSome(options, "on.error", random.nextBoolean() ? "null" : "fail", random.nextBoolean());
    }
    addSome(options, "partitions", String.valueOf(random.nextInt(1, 9)), random.nextBoolean());
    addSome(
        options,
        "cleanup.policy",
        random.nextBoolean() ? "delete" : "compact",
        random.nextBoolean());
    return (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")")
        + (options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")");
  }

  private static void addSome(List<String> options, String name, String value, boolean given) {
    if (given) {
      options.add("'" + name + "'='" + value + "'");
    }
  }

  private static String name(List<String> names, SplittableRandom random) {
    String name = names.remove(random.nextInt(names.size()));
    return '"' + name.replace("\"", "\"\"") + "\" ";
  }

  private static String notNull(SplittableRandom random) {
    return random.nextInt(3) == 0 ? " NOT NULL" : "";
  }

  private static String scalar(SplittableRandom random) {
    return SCALARS.get(random.nextInt(SCALARS.size()));
  }

  private static String type(SplittableRandom random, int depth) {
    return switch (depth > 2 ? 9 : random.nextInt(10)) {
      case 0, 1 -> type(random, depth + 1) + " ARRAY";
      case 2, 3 -> "MAP<" + scalar(random) + ", " + type(random, depth + 1) + ">";
      default -> scalar(random);
    };
  }
}

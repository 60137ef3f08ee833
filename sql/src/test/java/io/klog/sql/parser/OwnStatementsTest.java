package io.klog.sql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlExplain;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSetOption;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.util.SqlShuttle;
import org.junit.jupiter.api.Test;

class OwnStatementsTest {
  @Test
  void createTopicTellsColumnsAndOptions() {
    SqlCreateTopic create =
        parse(
            SqlCreateTopic.class,
            "CREATE TOPIC IF NOT EXISTS main.orders (id VARCHAR KEY NOT NULL, made TIMESTAMP(3))"
                + " WITH ('format'='json', 'retention.ms'='5')");
    assertTrue(create.ifNotExists());
    assertEquals(List.of("main", "orders"), create.name().names);
    SqlNodeList columns = Objects.requireNonNull(create.columns());
    SqlTopicColumn id = assertInstanceOf(SqlTopicColumn.class, columns.get(0));
    assertEquals("id", id.name().getSimple());
    assertTrue(id.isKey());
    assertEquals(false, id.type().getNullable());
    SqlTopicColumn made = assertInstanceOf(SqlTopicColumn.class, columns.get(1));
    assertEquals("TIMESTAMP(3)", Corpus.unparsed(made.type()));
    assertFalse(made.isKey());
    assertEquals(true, made.type().getNullable());
    assertEquals("[format=json, retention.ms=5]", create.options().entrySet().toString());
  }

  @Test
  void aRawTopicDeclaresNothing() {
    SqlCreateTopic create = parse(SqlCreateTopic.class, "create table clicks;");
    assertFalse(create.ifNotExists());
    assertNull(create.columns());
    assertTrue(create.options().isEmpty());
  }

  @Test
  void dropTopicTellsWhetherItMayBeMissing() {
    assertFalse(parse(SqlDropTopic.class, "DROP TOPIC a").ifExists());
    SqlDropTopic drop = parse(SqlDropTopic.class, "DROP TABLE IF EXISTS a.b");
    assertTrue(drop.ifExists());
    assertEquals(List.of("a", "b"), drop.name().names);
  }

  @Test
  void showTellsItsSubject() {
    assertEquals(SqlShow.Subject.TOPICS, parse(SqlShow.class, "SHOW TOPICS").subject());
    assertEquals(
        SqlShow.Subject.CONSUMER_GROUPS, parse(SqlShow.class, "SHOW CONSUMER GROUPS").subject());
  }

  @Test
  void showCreateTellsWhatOfWhichName() {
    SqlShowCreate topic = parse(SqlShowCreate.class, "SHOW CREATE TABLE main.orders");
    assertEquals(SqlShowCreate.Subject.TOPIC, topic.subject());
    assertEquals(List.of("main", "orders"), topic.name().names);
    assertEquals("SHOW CREATE TOPIC \"main\".\"orders\"", Corpus.unparsed(topic));
    SqlShowCreate view = parse(SqlShowCreate.class, "SHOW CREATE VIEW late");
    assertEquals(SqlShowCreate.Subject.VIEW, view.subject());
  }

  @Test
  void describeTakesTheWordTopicOrLeavesIt() {
    for (String sql :
        List.of("DESCRIBE quakes", "DESCRIBE TOPIC quakes", "DESCRIBE TABLE quakes")) {
      assertEquals("quakes", parse(SqlDescribeTopic.class, sql).name().getSimple());
    }
    assertEquals("topic", parse(SqlDescribeTopic.class, "DESCRIBE topic").name().getSimple());
  }

  @Test
  void aGroupIsNamedByANameOrAString() {
    assertEquals("billing", group("SELECT * FROM t FOR CONSUMER GROUP billing").groupName());
    assertEquals("Billing!", group("SELECT * FROM t FOR CONSUMER GROUP \"Billing!\"").groupName());
    assertEquals("it's", group("SELECT * FROM t FOR CONSUMER GROUP 'it''s'").groupName());
  }

  @Test
  void theGroupsParameterIsTheLastOfTheText() {
    SqlForConsumerGroup cursor =
        group("SELECT ? FROM t WHERE offset > ? LIMIT ? FOR CONSUMER GROUP ?");
    assertNull(cursor.groupName());
    assertEquals(3, assertInstanceOf(SqlDynamicParam.class, cursor.group()).getIndex());
    List<Integer> all = new ArrayList<>();
    cursor.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          public Void visit(SqlDynamicParam parameter) {
            all.add(parameter.getIndex());
            return null;
          }
        });
    all.sort(null);
    assertEquals(List.of(0, 1, 2, 3), all);
  }

  @Test
  void theGroupStandsOverTheWholeQuery() {
    SqlForConsumerGroup cursor =
        group("SELECT * FROM a UNION ALL SELECT * FROM b LIMIT 5 FOR CONSUMER GROUP g;");
    assertEquals(
        "SELECT * FROM \"a\" UNION ALL SELECT * FROM \"b\" FETCH NEXT 5 ROWS ONLY",
        Corpus.unparsed(cursor.query()));
  }

  @Test
  void theGroupStandsUnderExplainAndItsParameterCounts() {
    SqlExplain explain =
        parse(
            SqlExplain.class,
            "EXPLAIN PLAN FOR SELECT * FROM t WHERE offset > ? FOR CONSUMER GROUP ?");
    assertInstanceOf(SqlForConsumerGroup.class, explain.getExplicandum());
    assertEquals(2, explain.getDynamicParamCount());
  }

  @Test
  void aRewriteKeepsTheGroup() {
    SqlNode rewritten =
        group("SELECT ? FROM t FOR CONSUMER GROUP ?")
            .accept(
                new SqlShuttle() {
                  @Override
                  public SqlNode visit(SqlDynamicParam parameter) {
                    return new SqlDynamicParam(
                        parameter.getIndex() + 7, parameter.getParserPosition());
                  }
                });
    SqlForConsumerGroup cursor = assertInstanceOf(SqlForConsumerGroup.class, rewritten);
    assertEquals(8, assertInstanceOf(SqlDynamicParam.class, cursor.group()).getIndex());
  }

  @Test
  void aSettingMayHaveADottedName() {
    SqlSetOption set = parse(SqlSetOption.class, "SET poll.timeout = 5000");
    assertEquals("\"poll\".\"timeout\"", Corpus.unparsed(set.name()));
    assertEquals("5000", String.valueOf(set.getValue()));
  }

  private static SqlForConsumerGroup group(String sql) {
    return parse(SqlForConsumerGroup.class, sql);
  }

  private static <T extends SqlNode> T parse(Class<T> type, String sql) {
    return assertInstanceOf(type, KlogParser.parse(sql));
  }
}

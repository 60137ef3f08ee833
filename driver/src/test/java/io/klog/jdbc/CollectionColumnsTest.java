package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Arrays and maps, whose elements have types of their own. */
class CollectionColumnsTest {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00.123Z");

  private final TestDatabase database = new TestDatabase();
  private final Connection connection = database.connect();

  CollectionColumnsTest() throws SQLException {}

  @BeforeEach
  void create() throws SQLException {

    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TOPIC visits (times TIMESTAMP ARRAY, days DATE ARRAY, tags VARCHAR ARRAY,"
              + " grid DECIMAL(4, 1) ARRAY ARRAY, last_ MAP<VARCHAR, TIMESTAMP>)");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO visits VALUES (?, ?, ?, ?, ?)")) {
      insert.setArray(
          1, connection.createArrayOf("TIMESTAMP", new Object[] {Timestamp.from(NOON), null}));
      insert.setObject(2, List.of(LocalDate.of(2026, 11, 25), Date.valueOf("2026-11-26")));
      insert.setObject(3, new String[] {"a", "b"});
      insert.setObject(4, List.of(List.of(1.5, 2), Arrays.asList(3, null)));
      insert.setObject(5, Map.of("ada", NOON));
      assertEquals(1, insert.executeUpdate());
    }
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  private ResultSet row(String columns) throws SQLException {
    ResultSet rows =
        connection.createStatement().executeQuery("SELECT " + columns + " FROM visits");
    assertTrue(rows.next());
    return rows;
  }

  @Test
  void elementsAreWhatGetObjectWouldGiveOfAColumnOfTheirType() throws SQLException {
    ResultSet row = row("times, days, tags");
    assertArrayEquals(
        new Timestamp[] {Timestamp.from(NOON), null}, (Timestamp[]) row.getArray(1).getArray());
    assertArrayEquals(
        new Date[] {Date.valueOf("2026-11-25"), Date.valueOf("2026-11-26")},
        (Date[]) row.getArray(2).getArray());
    assertArrayEquals(new String[] {"b"}, (String[]) row.getArray(3).getArray(2, 1));
    assertArrayEquals(new String[] {"a", "b"}, (String[]) row.getObject(3, Array.class).getArray());
  }

  @Test
  void anArraySaysOfWhichTypeItsElementsAre() throws SQLException {
    Array times = row("times").getArray(1);
    assertEquals("TIMESTAMP", times.getBaseTypeName());
    assertEquals(Types.TIMESTAMP, times.getBaseType());
    ResultSet elements = times.getResultSet();
    assertEquals(Types.TIMESTAMP, elements.getMetaData().getColumnType(2));
    assertTrue(elements.next());
    assertEquals(1, elements.getInt(1));
    assertEquals(Timestamp.from(NOON), elements.getTimestamp(2));
    assertTrue(elements.next());
    assertNull(elements.getTimestamp(2));
  }

  @Test
  void arraysOfArraysHoldArrays() throws SQLException {
    Array grid = row("grid").getArray(1);
    assertEquals("ARRAY", grid.getBaseTypeName());
    Array second = ((Array[]) grid.getArray())[1];
    assertEquals("DECIMAL", second.getBaseTypeName());
    assertArrayEquals(
        new BigDecimal[] {new BigDecimal("3.0"), null}, (BigDecimal[]) second.getArray());
  }

  @Test
  void asTextAndAsListsTheyAreTimesToo() throws SQLException {
    ResultSet row = row("times, last_");
    assertEquals("[2026-11-25 12:00:00.123, null]", row.getString(1));
    assertEquals(Arrays.asList(NOON, null), row.getObject(1, List.class));
    assertEquals("[2026-11-25 12:00:00.123, null]", row.getArray(1).toString());
    assertEquals(Map.of("ada", Timestamp.from(NOON)), row.getObject(2));
    assertEquals("{ada=2026-11-25 12:00:00.123}", row.getString(2));
  }

  @Test
  void whatWasReadCanBeInsertedAgain() throws SQLException {
    ResultSet row = row("times, days, tags, grid, last_");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO visits VALUES (?, ?, ?, ?, ?)")) {
      for (int i = 1; i <= 4; i++) {
        insert.setArray(i, row.getArray(i));
      }
      insert.setObject(5, row.getObject(5));
      assertEquals(1, insert.executeUpdate());
    }
    List<List<String>> values =
        database.rows("SELECT value FROM visits").stream().map(List::of).toList();
    assertEquals(2, values.size());
    assertEquals(values.get(0), values.get(1));
  }

  @Test
  void nullIsNullWhateverItIsReadAs() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO visits (tags) VALUES (ARRAY['x'])");
      ResultSet rows = statement.executeQuery("SELECT times, last_ FROM visits WHERE offset = 1");
      assertTrue(rows.next());
      assertNull(rows.getArray(1));
      assertTrue(rows.wasNull());
      assertNull(rows.getObject(1, Array.class));
      assertNull(rows.getObject(2));
    }
  }
}

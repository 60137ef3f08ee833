package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.klog.sql.ColumnInfo;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the getters make of each type, over canonical values as the sql module gives them. */
class ResultSetConversionTest {
  private static final long MILLIS = Instant.parse("2026-11-01T13:14:15.678Z").toEpochMilli();
  private static final int DAY = (int) LocalDate.of(2026, 11, 1).toEpochDay();
  private static final int TIME_OF_DAY = 13 * 3_600_000 + 14 * 60_000 + 15_000;
  private static final TimeZone TOKYO = TimeZone.getTimeZone("Asia/Tokyo");

  /** A getter, by index. */
  private interface Getter {
    @Nullable Object get(ResultSet rows) throws SQLException;
  }

  private static ColumnInfo column(String label, JDBCType type) {
    String name = type == JDBCType.JAVA_OBJECT ? "MAP" : type.getName();
    return new ColumnInfo(label, label, null, null, type, name, 0, 0, true);
  }

  private static ResultSet row(JDBCType type, @Nullable Object value) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(new @Nullable Object[] {value});
    ResultSet result =
        KlogResultSet.detached(new ResultColumns(List.of(column("v", type))), new ListedRows(rows));
    assertTrue(result.next());
    return result;
  }

  private static Arguments as(
      JDBCType type, Object value, String name, Getter getter, Object expected) {
    return arguments(type, value, name, getter, expected);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Stream<Arguments> conversions() {
    Map<String, byte[]> headers = Collections.singletonMap("trace", utf8("abc"));
    UUID uuid = UUID.fromString("8d8ac610-566d-4ef0-9c22-186b2a5ed793");
    Calendar tokyo = Calendar.getInstance(TOKYO);
    return Stream.of(
        as(JDBCType.BIGINT, 42L, "long", r -> r.getLong(1), 42L),
        as(JDBCType.BIGINT, 42L, "int", r -> r.getInt(1), 42),
        as(JDBCType.BIGINT, 42L, "short", r -> r.getShort(1), (short) 42),
        as(JDBCType.BIGINT, 42L, "byte", r -> r.getByte(1), (byte) 42),
        as(JDBCType.BIGINT, 42L, "double", r -> r.getDouble(1), 42.0),
        as(JDBCType.BIGINT, 42L, "float", r -> r.getFloat(1), 42f),
        as(JDBCType.BIGINT, 42L, "decimal", r -> r.getBigDecimal(1), new BigDecimal("42")),
        as(JDBCType.BIGINT, 42L, "boolean", r -> r.getBoolean(1), true),
        as(JDBCType.BIGINT, 0L, "boolean", r -> r.getBoolean(1), false),
        as(JDBCType.BIGINT, 42L, "string", r -> r.getString(1), "42"),
        as(JDBCType.BIGINT, 42L, "object", r -> r.getObject(1), 42L),
        as(JDBCType.DOUBLE, -1.9, "Integer", r -> r.getObject(1, Integer.class), -1),
        as(JDBCType.DOUBLE, -1.9, "int", r -> r.getInt(1), -1),
        as(JDBCType.BIGINT, 42L, "Integer", r -> r.getObject(1, Integer.class), 42),
        as(
            JDBCType.BIGINT,
            42L,
            "BigInteger",
            r -> r.getObject(1, BigInteger.class),
            BigInteger.valueOf(42)),
        as(
            JDBCType.BIGINT,
            MILLIS,
            "Instant",
            r -> r.getObject(1, Instant.class),
            Instant.ofEpochMilli(MILLIS)),
        as(JDBCType.INTEGER, 7, "int", r -> r.getInt(1), 7),
        as(JDBCType.INTEGER, 7, "long", r -> r.getLong(1), 7L),
        as(JDBCType.INTEGER, 7, "object", r -> r.getObject(1), 7),
        as(JDBCType.SMALLINT, 7, "object", r -> r.getObject(1), 7),
        as(JDBCType.DOUBLE, 2.5, "double", r -> r.getDouble(1), 2.5),
        as(JDBCType.DOUBLE, 2.5, "long", r -> r.getLong(1), 2L),
        as(JDBCType.DOUBLE, -2.5, "int", r -> r.getInt(1), -2),
        as(JDBCType.DOUBLE, 2.5, "decimal", r -> r.getBigDecimal(1), new BigDecimal("2.5")),
        as(JDBCType.REAL, 2.5, "object", r -> r.getObject(1), 2.5f),
        as(JDBCType.DECIMAL, new BigDecimal("9.99"), "int", r -> r.getInt(1), 9),
        as(JDBCType.DECIMAL, new BigDecimal("1E+3"), "string", r -> r.getString(1), "1000"),
        as(
            JDBCType.DECIMAL,
            new BigDecimal("9.995"),
            "scaled",
            ResultSetConversionTest::scaled,
            new BigDecimal("10.00")),
        as(JDBCType.BOOLEAN, true, "boolean", r -> r.getBoolean(1), true),
        as(JDBCType.BOOLEAN, true, "int", r -> r.getInt(1), 1),
        as(JDBCType.BOOLEAN, true, "string", r -> r.getString(1), "true"),
        as(JDBCType.VARCHAR, " 42 ", "long", r -> r.getLong(1), 42L),
        as(JDBCType.VARCHAR, "4.2", "double", r -> r.getDouble(1), 4.2),
        as(JDBCType.VARCHAR, "4.2", "int", r -> r.getInt(1), 4),
        as(JDBCType.VARCHAR, "Yes", "boolean", r -> r.getBoolean(1), true),
        as(JDBCType.VARCHAR, uuid.toString(), "UUID", r -> r.getObject(1, UUID.class), uuid),
        as(
            JDBCType.VARCHAR,
            "http://localhost/x",
            "URL",
            r -> String.valueOf(r.getURL(1)),
            "http://localhost/x"),
        as(
            JDBCType.VARCHAR,
            "2026-11-01T13:14:15.678Z",
            "timestamp",
            r -> r.getTimestamp(1),
            new Timestamp(MILLIS)),
        as(
            JDBCType.VARCHAR,
            "2026-11-01 14:14:15.678+01:00",
            "timestamp with a zone",
            r -> r.getTimestamp(1),
            new Timestamp(MILLIS)),
        as(
            JDBCType.VARCHAR,
            "2026-11-01 13:14:15.678",
            "timestamp of SQL",
            r -> r.getTimestamp(1),
            new Timestamp(MILLIS)),
        as(
            JDBCType.VARCHAR,
            "2026-11-01",
            "date",
            r -> r.getObject(1, LocalDate.class),
            LocalDate.of(2026, 11, 1)),
        as(
            JDBCType.VARCHAR,
            "13:14:15",
            "time",
            r -> r.getObject(1, LocalTime.class),
            LocalTime.of(13, 14, 15)),
        as(JDBCType.VARCHAR, "grün", "bytes", r -> text(r.getBytes(1)), "grün"),
        as(JDBCType.VARCHAR, "grün", "reader", r -> read(r.getCharacterStream(1)), "grün"),
        as(JDBCType.VARCHAR, "grün", "clob", r -> clob(r.getClob(1)), "grün"),
        as(JDBCType.VARCHAR, "abc", "ascii", r -> read(r.getAsciiStream(1)), "abc"),
        as(JDBCType.VARBINARY, utf8("grün"), "string", r -> r.getString(1), "grün"),
        as(
            JDBCType.VARBINARY,
            new byte[] {(byte) 0xff},
            "malformed UTF-8",
            r -> r.getString(1),
            "\uFFFD"),
        as(JDBCType.VARBINARY, utf8("42"), "long", r -> r.getLong(1), 42L),
        as(JDBCType.VARBINARY, utf8("x"), "stream", r -> read(r.getBinaryStream(1)), "x"),
        as(JDBCType.VARBINARY, utf8("x"), "blob", r -> blob(r.getBlob(1)), "x"),
        as(
            JDBCType.VARBINARY,
            utf8("x"),
            "InputStream",
            r -> read(r.getObject(1, InputStream.class)),
            "x"),
        as(
            JDBCType.VARBINARY,
            utf8(uuid.toString()),
            "UUID",
            r -> r.getObject(1, UUID.class),
            uuid),
        as(JDBCType.TIMESTAMP, MILLIS, "timestamp", r -> r.getTimestamp(1), new Timestamp(MILLIS)),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "timestamp with a calendar",
            r -> r.getTimestamp(1, tokyo),
            new Timestamp(MILLIS)),
        as(JDBCType.TIMESTAMP, MILLIS, "object", r -> r.getObject(1), new Timestamp(MILLIS)),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "Instant",
            r -> r.getObject(1, Instant.class),
            Instant.ofEpochMilli(MILLIS)),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "LocalDateTime",
            r -> r.getObject(1, LocalDateTime.class),
            LocalDateTime.parse("2026-11-01T13:14:15.678")),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "OffsetDateTime",
            r -> r.getObject(1, OffsetDateTime.class),
            OffsetDateTime.parse("2026-11-01T13:14:15.678Z")),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "ZonedDateTime",
            r -> r.getObject(1, ZonedDateTime.class),
            Instant.ofEpochMilli(MILLIS).atZone(ZoneOffset.UTC)),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "LocalDate",
            r -> r.getObject(1, LocalDate.class),
            LocalDate.of(2026, 11, 1)),
        as(
            JDBCType.TIMESTAMP,
            MILLIS,
            "java.util.Date",
            r -> r.getObject(1, java.util.Date.class),
            java.util.Date.from(Instant.ofEpochMilli(MILLIS))),
        as(JDBCType.TIMESTAMP, MILLIS, "date", r -> r.getDate(1).toString(), "2026-11-01"),
        as(JDBCType.TIMESTAMP, MILLIS, "time", r -> r.getTime(1).toString(), "13:14:15"),
        as(JDBCType.TIMESTAMP, MILLIS, "long", r -> r.getLong(1), MILLIS),
        as(JDBCType.TIMESTAMP, MILLIS, "string", r -> r.getString(1), "2026-11-01 13:14:15.678"),
        as(JDBCType.DATE, DAY, "object", r -> r.getObject(1), Date.valueOf("2026-11-01")),
        as(JDBCType.DATE, DAY, "string", r -> r.getString(1), "2026-11-01"),
        as(
            JDBCType.DATE,
            DAY,
            "date with a calendar",
            r -> r.getDate(1, tokyo).getTime(),
            Instant.parse("2026-10-31T15:00:00Z").toEpochMilli()),
        as(
            JDBCType.DATE,
            DAY,
            "Instant",
            r -> r.getObject(1, Instant.class),
            Instant.parse("2026-11-01T00:00:00Z")),
        as(JDBCType.TIME, TIME_OF_DAY, "object", r -> r.getObject(1), Time.valueOf("13:14:15")),
        as(JDBCType.TIME, TIME_OF_DAY, "string", r -> r.getString(1), "13:14:15"),
        as(
            JDBCType.TIME,
            TIME_OF_DAY,
            "time with a calendar",
            r -> r.getTime(1, tokyo).getTime(),
            Instant.parse("1970-01-01T04:14:15Z").toEpochMilli()),
        as(JDBCType.JAVA_OBJECT, headers, "object", r -> r.getObject(1), headers),
        as(JDBCType.JAVA_OBJECT, headers, "Map", r -> r.getObject(1, Map.class), headers),
        as(JDBCType.JAVA_OBJECT, headers, "string", r -> r.getString(1), "{trace=abc}"),
        as(
            JDBCType.ARRAY,
            List.of(1L, 2L),
            "array",
            r -> Arrays.asList((Object[]) r.getArray(1).getArray()),
            List.of(1L, 2L)),
        as(JDBCType.ARRAY, List.of(1L, 2L), "string", r -> r.getString(1), "[1, 2]"),
        as(JDBCType.ARRAY, List.of(1L), "List", r -> r.getObject(1, List.class), List.of(1L)));
  }

  @ParameterizedTest(name = "{0} as {2}")
  @MethodSource("conversions")
  void converts(JDBCType type, Object value, String name, Getter getter, Object expected)
      throws SQLException {
    assertEquals(expected, getter.get(row(type, value)), name);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        as(JDBCType.BIGINT, 1L << 31, "int", r -> r.getInt(1), "22003"),
        as(JDBCType.BIGINT, 40_000L, "short", r -> r.getShort(1), "22003"),
        as(JDBCType.INTEGER, 200, "byte", r -> r.getByte(1), "22003"),
        as(JDBCType.DOUBLE, 1e19, "long", r -> r.getLong(1), "22003"),
        as(JDBCType.DOUBLE, Double.NaN, "long", r -> r.getLong(1), "22003"),
        as(JDBCType.DOUBLE, Double.NaN, "decimal", r -> r.getBigDecimal(1), "22003"),
        as(JDBCType.DOUBLE, 1e300, "float", r -> r.getFloat(1), "22003"),
        as(JDBCType.DECIMAL, new BigDecimal("1e400"), "double", r -> r.getDouble(1), "22003"),
        as(
            JDBCType.DECIMAL,
            new BigDecimal("9223372036854775808"),
            "long",
            r -> r.getLong(1),
            "22003"),
        as(JDBCType.VARCHAR, "1e999999999", "long", r -> r.getLong(1), "22003"),
        as(JDBCType.VARCHAR, "1e999999999", "big", r -> r.getObject(1, BigInteger.class), "22003"),
        as(JDBCType.VARCHAR, "many", "int", r -> r.getInt(1), "22018"),
        as(JDBCType.VARCHAR, "many", "double", r -> r.getDouble(1), "22018"),
        as(JDBCType.VARCHAR, "many", "boolean", r -> r.getBoolean(1), "22018"),
        as(JDBCType.VARCHAR, "many", "timestamp", r -> r.getTimestamp(1), "22018"),
        as(JDBCType.VARCHAR, "many", "date", r -> r.getDate(1), "22018"),
        as(JDBCType.VARCHAR, "many", "time", r -> r.getTime(1), "22018"),
        as(JDBCType.VARCHAR, "many", "UUID", r -> r.getObject(1, UUID.class), "22018"),
        as(JDBCType.VARCHAR, "no url", "URL", r -> r.getURL(1), "22018"),
        as(JDBCType.VARBINARY, utf8("many"), "long", r -> r.getLong(1), "22018"));
  }

  @ParameterizedTest(name = "{0} as {2}: {4}")
  @MethodSource("refusals")
  void refusesDataThatDoesNotFit(
      JDBCType type, Object value, String name, Getter getter, String sqlState)
      throws SQLException {
    ResultSet row = row(type, value);
    SQLException refused = assertThrows(SQLDataException.class, () -> getter.get(row), name);
    assertEquals(sqlState, refused.getSQLState());
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("column 1 (v): "), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = JDBCType.class,
      names = {"BIGINT", "BOOLEAN", "DATE", "JAVA_OBJECT", "ARRAY", "TIMESTAMP"})
  void refusesTypesThatHaveNothingToDoWithEachOther(JDBCType type) throws SQLException {
    Object value =
        switch (type) {
          case BIGINT -> (Object) 1L;
          case BOOLEAN -> true;
          case DATE -> DAY;
          case TIMESTAMP -> MILLIS;
          case ARRAY -> List.of();
          default -> Map.of();
        };
    ResultSet row = row(type, value);
    SQLException refused = assertThrows(SQLException.class, () -> row.getBytes(1));
    assertEquals("07006", refused.getSQLState());
    assertEquals(
        "07006",
        assertThrows(SQLException.class, () -> row.getObject(1, Thread.class)).getSQLState());
  }

  @ParameterizedTest
  @EnumSource(
      value = JDBCType.class,
      names = {
        "BIGINT",
        "INTEGER",
        "DOUBLE",
        "REAL",
        "DECIMAL",
        "BOOLEAN",
        "VARCHAR",
        "VARBINARY",
        "TIMESTAMP",
        "DATE",
        "TIME",
        "ARRAY",
        "JAVA_OBJECT"
      })
  void givesNullOrZeroForNullAndSaysSo(JDBCType type) throws SQLException {
    ResultSet row = row(type, null);
    Map<String, Getter> getters =
        Map.ofEntries(
            Map.entry("long", r -> r.getLong(1)),
            Map.entry("int", r -> r.getInt(1)),
            Map.entry("short", r -> r.getShort(1)),
            Map.entry("byte", r -> r.getByte(1)),
            Map.entry("double", r -> r.getDouble(1)),
            Map.entry("float", r -> r.getFloat(1)),
            Map.entry("boolean", r -> r.getBoolean(1)),
            Map.entry("decimal", r -> r.getBigDecimal(1)),
            Map.entry("string", r -> r.getString(1)),
            Map.entry("bytes", r -> r.getBytes(1)),
            Map.entry("timestamp", r -> r.getTimestamp(1)),
            Map.entry("date", r -> r.getDate(1)),
            Map.entry("time", r -> r.getTime(1)),
            Map.entry("object", r -> r.getObject(1)),
            Map.entry("stream", r -> r.getBinaryStream(1)),
            Map.entry("blob", r -> r.getBlob(1)),
            Map.entry("clob", r -> r.getClob(1)),
            Map.entry("array", r -> r.getArray(1)),
            Map.entry("url", r -> r.getURL(1)),
            Map.entry("Instant", r -> r.getObject(1, Instant.class)),
            Map.entry("UUID", r -> r.getObject(1, UUID.class)),
            Map.entry("Map", r -> r.getObject(1, Map.class)));
    for (Map.Entry<String, Getter> getter : getters.entrySet()) {
      Object value = getter.getValue().get(row);
      boolean zero =
          value == null
              || value.equals(false)
              || (value instanceof Number number && number.doubleValue() == 0);
      assertTrue(zero, getter.getKey() + " gives " + value);
      assertTrue(row.wasNull(), getter.getKey());
    }
  }

  @Test
  void tellsAZeroFromANull() throws SQLException {
    ResultSet row = row(JDBCType.BIGINT, 0L);
    assertEquals(0, row.getLong(1));
    assertEquals(false, row.wasNull());
    assertEquals(0, row.getInt(1));
    assertEquals(false, row.wasNull());
  }

  static Stream<Arguments> canonicalValues() {
    return Stream.of(
        arguments(JDBCType.BOOLEAN, true, "java.lang.Boolean"),
        arguments(JDBCType.TINYINT, 1, "java.lang.Integer"),
        arguments(JDBCType.SMALLINT, 1, "java.lang.Integer"),
        arguments(JDBCType.INTEGER, 1, "java.lang.Integer"),
        arguments(JDBCType.BIGINT, 1L, "java.lang.Long"),
        arguments(JDBCType.DECIMAL, BigDecimal.ONE, "java.math.BigDecimal"),
        arguments(JDBCType.REAL, 1.0, "java.lang.Float"),
        arguments(JDBCType.FLOAT, 1.0, "java.lang.Double"),
        arguments(JDBCType.DOUBLE, 1.0, "java.lang.Double"),
        arguments(JDBCType.CHAR, "x", "java.lang.String"),
        arguments(JDBCType.VARCHAR, "x", "java.lang.String"),
        arguments(JDBCType.BINARY, new byte[1], "[B"),
        arguments(JDBCType.VARBINARY, new byte[1], "[B"),
        arguments(JDBCType.TIMESTAMP, MILLIS, "java.sql.Timestamp"),
        arguments(JDBCType.DATE, DAY, "java.sql.Date"),
        arguments(JDBCType.TIME, TIME_OF_DAY, "java.sql.Time"),
        arguments(JDBCType.ARRAY, List.of(), "java.sql.Array"),
        arguments(JDBCType.JAVA_OBJECT, Map.of(), "java.util.Map"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("canonicalValues")
  void namesTheClassThatGetObjectGives(JDBCType type, Object value, String className)
      throws Exception {
    ResultSet row = row(type, value);
    ResultSetMetaData metadata = row.getMetaData();
    assertEquals(className, metadata.getColumnClassName(1));
    Object given = row.getObject(1);
    assertNotNull(given);
    Class<?> named = Class.forName(className);
    assertTrue(named.isInstance(given), given.getClass() + " is no " + named);
    if (!named.isInterface()) {
      assertEquals(named, given.getClass());
    }
  }

  @Test
  void findsColumnsByLabelWithoutCaseTheFirstOneWinning() throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(new @Nullable Object[] {1L, 2L, 3L});
    ResultSet result =
        KlogResultSet.detached(
            new ResultColumns(
                List.of(
                    column("Id", JDBCType.BIGINT),
                    column("iD", JDBCType.BIGINT),
                    column("ÜBER", JDBCType.BIGINT))),
            new ListedRows(rows));
    assertTrue(result.next());
    for (String label : new String[] {"Id", "id", "ID", "iD"}) {
      assertEquals(1, result.findColumn(label));
      assertEquals(1, result.getLong(label));
    }
    assertEquals(3, result.getLong("über"));
    SQLException refused = assertThrows(SQLException.class, () -> result.getLong("offset"));
    assertEquals("42703", refused.getSQLState());
    assertEquals("the result has no column 'offset'; it has Id, iD, ÜBER", refused.getMessage());
    assertEquals(
        "42703", assertThrows(SQLException.class, () -> result.getLong(null)).getSQLState());
  }

  @Test
  void tellsWhereItStands() throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    rows.add(new @Nullable Object[] {1L});
    rows.add(new @Nullable Object[] {2L});
    ResultSet result =
        KlogResultSet.detached(
            new ResultColumns(List.of(column("v", JDBCType.BIGINT))), new ListedRows(rows));
    assertTrue(result.isBeforeFirst());
    assertEquals(0, result.getRow());
    SQLException early = assertThrows(SQLException.class, () -> result.getLong(1));
    assertEquals("24000", early.getSQLState());
    assertTrue(result.next());
    assertTrue(result.isFirst());
    assertEquals(1, result.getRow());
    assertEquals("07009", assertThrows(SQLException.class, () -> result.getLong(0)).getSQLState());
    assertEquals("07009", assertThrows(SQLException.class, () -> result.getLong(2)).getSQLState());
    assertTrue(result.next());
    assertEquals(false, result.next());
    assertEquals(false, result.next());
    assertTrue(result.isAfterLast());
    assertEquals("24000", assertThrows(SQLException.class, () -> result.getLong(1)).getSQLState());
    result.close();
    result.close();
    assertTrue(result.isClosed());
    assertEquals("24000", assertThrows(SQLException.class, result::next).getSQLState());
  }

  @Test
  void readsArraysAsRows() throws SQLException {
    Array array = row(JDBCType.ARRAY, List.of("a", "b", "c")).getArray(1);
    assertNotNull(array);
    try (ResultSet elements = array.getResultSet(2, 2)) {
      assertTrue(elements.next());
      assertEquals(2, elements.getInt(1));
      assertEquals("b", elements.getString(2));
      assertTrue(elements.next());
      assertEquals(false, elements.next());
    }
    assertArrayEquals(new Object[] {"c"}, (Object[]) array.getArray(3, 1));
    assertThrows(SQLException.class, () -> array.getArray(3, 2));
    array.free();
    assertThrows(SQLException.class, array::getArray);
  }

  @Test
  void refusesToScrollAndToUpdateWithoutFrighteningPools() throws SQLException {
    ResultSet row = row(JDBCType.BIGINT, 1L);
    for (org.junit.jupiter.api.function.Executable call :
        List.<org.junit.jupiter.api.function.Executable>of(
            row::first,
            row::last,
            row::previous,
            () -> row.absolute(1),
            row::deleteRow,
            row::updateRow,
            () -> row.updateLong(1, 2),
            () -> row.updateString("v", "x"),
            () -> row.getRowId(1),
            () -> row.getRef("v"))) {
      SQLException refused = assertThrows(java.sql.SQLFeatureNotSupportedException.class, call);
      assertEquals("HYC00", refused.getSQLState());
    }
    assertNull(row.getWarnings());
  }

  @SuppressWarnings("deprecation") // JDBC still has it
  private static @Nullable BigDecimal scaled(ResultSet rows) throws SQLException {
    return rows.getBigDecimal(1, 2);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static String read(@Nullable InputStream stream) {
    try {
      return stream == null ? "null" : text(stream.readAllBytes());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String read(@Nullable Reader reader) {
    try {
      java.io.StringWriter text = new java.io.StringWriter();
      if (reader != null) {
        reader.transferTo(text);
      }
      return text.toString();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String blob(@Nullable Blob blob) throws SQLException {
    return blob == null ? "null" : text(blob.getBytes(1, (int) blob.length()));
  }

  private static String clob(@Nullable Clob clob) throws SQLException {
    return clob == null ? "null" : clob.getSubString(1, (int) clob.length());
  }
}

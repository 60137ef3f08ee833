package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.klog.OffsetReset;
import io.klog.SyncLevel;
import io.klog.sql.SessionSettings;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlogUrlTest {
  private static ConnectionSettings parse(String url) throws SQLException {
    return KlogUrl.parse(url, null);
  }

  private static ConnectionSettings parse(String url, String... namesAndValues)
      throws SQLException {
    Properties info = new Properties();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      info.setProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    return KlogUrl.parse(url, info);
  }

  private static void assertRefused(String expected, String url, String... namesAndValues) {
    SQLException refused = assertThrows(SQLException.class, () -> parse(url, namesAndValues));
    assertEquals(url + ": " + expected, refused.getMessage());
    assertEquals("08001", refused.getSQLState());
    assertTrue(refused instanceof SQLNonTransientConnectionException);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders.klog",
        "/var/lib/klog/orders.klog",
        "./a/../b.klog",
        "C:\\data\\orders.klog",
        "C:/data/orders.klog",
        "\\\\server\\share\\orders.klog",
        "with a blank.klog",
        "per%20cent 100%.klog",
        "größe-漢字.klog",
        "a+b&c=d#e.klog",
        "mem:test",
      })
  void takesTheLocationAsItIsWritten(String location) throws SQLException {
    assertEquals(location, parse("jdbc:klog:" + location).location());
    assertEquals(location, parse("jdbc:klog:" + location + "?").location());
    assertEquals(location, parse("jdbc:klog:" + location + "?sync=off").location());
  }

  @Test
  void takesAQuestionMarkInThePathWhenOneMoreEndsIt() throws SQLException {
    assertEquals("what?.klog", parse("jdbc:klog:what?.klog?").location());
    assertEquals("a?b=c.klog", parse("jdbc:klog:a?b=c.klog?sync=off").location());
    assertRefused(
        "unknown connection property 'x/y'; if the path has a question mark, end it with another"
            + " one",
        "jdbc:klog:a?x/y=z.klog");
    assertRefused("'.klog' is no property: expected name=value", "jdbc:klog:what?.klog");
  }

  @Test
  void hasTheDefaultsThatTheDesignPromises() throws SQLException {
    ConnectionSettings settings = parse("jdbc:klog:orders.klog");
    assertEquals(SyncLevel.FULL, settings.sync());
    assertEquals(OpenMode.RWC, settings.mode());
    assertEquals(5000, settings.busyTimeoutMillis());
    assertEquals(16 << 20, settings.maxRecordBytes());
  }

  @Test
  void readsEveryPropertyFromTheUrl() throws SQLException {
    ConnectionSettings settings =
        parse(
            "jdbc:klog:o.klog?sync=NORMAL&mode=ro&busy_timeout=0&max_record_size=64k&exclusive=TRUE");
    assertEquals(SyncLevel.NORMAL, settings.sync());
    assertEquals(OpenMode.RO, settings.mode());
    assertEquals(0, settings.busyTimeoutMillis());
    assertEquals(64 << 10, settings.maxRecordBytes());
    assertTrue(settings.exclusive());
  }

  @Test
  void readsEveryPropertyFromTheProperties() throws SQLException {
    ConnectionSettings settings =
        parse(
            "jdbc:klog:o.klog",
            "sync",
            "off",
            "mode",
            "rw",
            "busy_timeout",
            "12",
            "max_record_size",
            "1M",
            "exclusive",
            "true");
    assertEquals(SyncLevel.OFF, settings.sync());
    assertEquals(OpenMode.RW, settings.mode());
    assertEquals(12, settings.busyTimeoutMillis());
    assertEquals(1 << 20, settings.maxRecordBytes());
    assertTrue(settings.exclusive());
  }

  @Test
  void readsPropertiesThatAreDefaultsOrNoStrings() throws SQLException {
    Properties defaults = new Properties();
    defaults.setProperty("sync", "off");
    Properties info = new Properties(defaults);
    info.put("busy_timeout", 7);
    ConnectionSettings settings = KlogUrl.parse("jdbc:klog:o.klog", info);
    assertEquals(SyncLevel.OFF, settings.sync());
    assertEquals(7, settings.busyTimeoutMillis());
  }

  @Test
  void decodesPercentInPropertiesButNotInPaths() throws SQLException {
    ConnectionSettings settings = parse("jdbc:klog:100%25.klog?%73ync=%6Fff");
    assertEquals("100%25.klog", settings.location());
    assertEquals(SyncLevel.OFF, settings.sync());
    assertRefused(
        "'o%f' has a '%' that no two hexadecimal digits follow", "jdbc:klog:x.klog?sync=o%f");
  }

  @Test
  void ignoresUserAndPasswordBesideTheUrl() throws SQLException {
    assertEquals(
        "o.klog", parse("jdbc:klog:o.klog", "user", "sa", "password", "secret").location());
  }

  @ParameterizedTest
  @CsvSource({
    "snyc, sync",
    "SYNC, sync",
    "mod, mode",
    "busyTimeout, busy_timeout",
    "busy-timeout, busy_timeout",
    "maxRecordSize, max_record_size",
  })
  void asksWhetherAMisspeltPropertyWasMeantToBeAnother(String given, String meant) {
    String expected = "unknown connection property '" + given + "'; did you mean '" + meant + "'?";
    assertRefused(expected, "jdbc:klog:o.klog?" + given + "=1");
    assertRefused(expected, "jdbc:klog:o.klog", given, "1");
  }

  @Test
  void takesTheSettingsThatASessionBeginsWith() throws SQLException {
    assertEquals(SessionSettings.DEFAULTS, parse("jdbc:klog:o.klog").session());
    assertEquals(
        new SessionSettings(OffsetReset.LATEST, 0, 1),
        parse(
                "jdbc:klog:o.klog?auto.offset.reset=Latest&poll.timeout=0",
                "max.poll.interval.ms",
                "1")
            .session());
    assertRefused(
        "connection property auto.offset.reset is 'newest': expected earliest, latest or none",
        "jdbc:klog:o.klog?auto.offset.reset=newest");
    assertRefused(
        "connection property max.poll.interval.ms is '0': expected milliseconds from 1 on",
        "jdbc:klog:o.klog",
        "max.poll.interval.ms",
        "0");
    assertRefused(
        "connection property poll.timeout is '-2': expected milliseconds from 0 on, or -1 to wait"
            + " for ever",
        "jdbc:klog:o.klog?poll.timeout=-2");
    assertRefused(
        "unknown connection property 'auto.offset.rest'; did you mean 'auto.offset.reset'?",
        "jdbc:klog:o.klog?auto.offset.rest=latest");
  }

  @Test
  void listsTheKnownPropertiesWhereNoneIsNear() {
    assertRefused(
        "unknown connection property 'model'; did you mean 'mode'?", "jdbc:klog:o.klog?model=x");
    assertRefused(
        "unknown connection property 'schemaFactory';"
            + " known are sync, mode, busy_timeout, max_record_size, exclusive,"
            + " auto.offset.reset, max.poll.interval.ms, poll.timeout",
        "jdbc:klog:o.klog?schemaFactory=x");
  }

  @Test
  void namesTheAllowedValues() {
    assertRefused(
        "connection property sync is 'fast': expected one of full, normal, off",
        "jdbc:klog:o.klog?sync=fast");
    assertRefused(
        "connection property mode is '': expected one of rwc, rw, ro", "jdbc:klog:o.klog?mode=");
    assertRefused(
        "connection property exclusive is 'yes': expected true or false",
        "jdbc:klog:o.klog?exclusive=yes");
    assertRefused(
        "connection property busy_timeout is '-1': expected milliseconds from 0 to 2147483647",
        "jdbc:klog:o.klog?busy_timeout=-1");
    assertRefused(
        "connection property busy_timeout is '5s': expected milliseconds from 0 to 2147483647",
        "jdbc:klog:o.klog",
        "busy_timeout",
        "5s");
    for (String size : new String[] {"0", "1G", "64M", "99999999999999999999", "9999999999999M"}) {
      assertRefused(
          "connection property max_record_size is '"
              + size
              + "': expected bytes from 1k to 32M, as in 65536, 64k or 16M",
          "jdbc:klog:o.klog?max_record_size=" + size);
    }
  }

  @Test
  void refusesOnePropertyWithTwoValues() throws SQLException {
    assertRefused(
        "connection property sync is given twice: 'full' and 'off'",
        "jdbc:klog:o.klog?sync=full&sync=off");
    assertRefused(
        "connection property sync is given twice: 'full' and 'off'",
        "jdbc:klog:o.klog?sync=full",
        "sync",
        "off");
    assertEquals(
        1 << 20,
        parse("jdbc:klog:o.klog?max_record_size=1M", "max_record_size", "1048576")
            .maxRecordBytes());
  }

  @Test
  void refusesWhatNamesNoFile() {
    String expected =
        "it names no file; expected jdbc:klog:path/to/file.klog or jdbc:klog:mem:name";
    assertRefused(expected, "jdbc:klog:");
    assertRefused(expected, "jdbc:klog:  ");
    assertRefused(expected, "jdbc:klog:?sync=off");
    assertRefused(expected, "jdbc:klog:mem:");
    assertRefused(
        "this version of klog works on files, not on clusters", "jdbc:klog:kafka://localhost:9092");
    assertRefused("'' is no property: expected name=value", "jdbc:klog:o.klog?&sync=off");
    assertRefused("'sync' is no property: expected name=value", "jdbc:klog:o.klog?sync");
  }

  @Test
  void acceptsItsOwnUrlsOnly() {
    assertTrue(KlogUrl.accepts("jdbc:klog:orders.klog"));
    assertTrue(KlogUrl.accepts("JDBC:KLOG:orders.klog"));
    assertTrue(KlogUrl.accepts("jdbc:klog:"));
    assertFalse(KlogUrl.accepts("jdbc:sqlite:orders.db"));
    assertFalse(KlogUrl.accepts("jdbc:klogx:orders"));
    assertFalse(KlogUrl.accepts("klog:orders"));
    assertFalse(KlogUrl.accepts(""));
    assertFalse(KlogUrl.accepts(null));
  }
}

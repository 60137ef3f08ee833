package io.klog.samples;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The main job: a week of real earthquakes in one file, asked with SQL and handed on through a
 * consumer group.
 *
 * <p>Argument: the file, {@code quakes.klog} where there is none.
 */
public final class Quakes {
  private static final Pattern ID_AND_TIME =
      Pattern.compile("\"id\": \"([^\"]+)\", \"time\": (\\d+)");
  private static final int BATCH = 100;

  /** From this magnitude on people want to know. */
  private static final double STRONG = 6;

  private final Connection connection;
  private final PrintStream out;

  private Quakes(Connection connection, PrintStream out) {
    this.connection = connection;
    this.out = out;
  }

  public static void main(String[] args) throws SQLException {
    String file = args.length > 0 ? args[0] : "quakes.klog";
    run("jdbc:klog:" + file, System.out);
  }

  static void run(String url, PrintStream out) throws SQLException {
    out.println("Opening " + url);
    try (Connection connection = DriverManager.getConnection(url)) {
      Quakes quakes = new Quakes(connection, out);
      quakes.load();
      quakes.printStrongest();
      quakes.printNetworks();
      quakes.alert("first");
      quakes.alert("second");
    }
  }

  /** All or nothing: a load that is cut off leaves the topic empty. */
  private void load() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TOPIC IF NOT EXISTS quakes");
    }
    long present = count();
    if (present > 0) {
      out.printf("%nThe topic quakes has %,d events from an earlier run%n", present);
      return;
    }
    List<String> events = events();
    Progress progress = new Progress("Loading", events.size());
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO quakes (key, value, timestamp) VALUES (?, ?, ?)")) {
      for (int i = 0; i < events.size(); i++) {
        Matcher event = ID_AND_TIME.matcher(events.get(i));
        if (!event.find()) {
          throw new IllegalStateException("no id and time in " + events.get(i));
        }
        insert.setString(1, event.group(1));
        insert.setString(2, events.get(i));
        insert.setTimestamp(3, new Timestamp(Long.parseLong(event.group(2))));
        insert.addBatch();
        if ((i + 1) % BATCH == 0 || i + 1 == events.size()) {
          insert.executeBatch();
          progress.show(i + 1);
        }
      }
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
    out.printf("%nLoaded %,d earthquakes into the topic quakes%n", count());
  }

  private long count() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM quakes")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<String> events() {
    try (InputStream in =
            Objects.requireNonNull(Quakes.class.getResourceAsStream("earthquakes.jsonl"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void printStrongest() throws SQLException {
    out.printf("%nThe strongest ten%n");
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT offset, timestamp, JSON_VALUE(value, '$.mag' RETURNING DOUBLE) AS mag,"
                    + " JSON_VALUE(value, '$.place') AS place"
                    + " FROM quakes"
                    + " ORDER BY mag DESC NULLS LAST, offset LIMIT 10")) {
      out.printf("  %6s  %-20s  %4s  %s%n", "offset", "time (UTC)", "mag", "place");
      while (rows.next()) {
        out.printf(
            "  %,6d  %-20s  %4.1f  %s%n",
            rows.getLong("offset"),
            rows.getTimestamp("timestamp").toInstant().toString().substring(0, 19) + "Z",
            rows.getDouble("mag"),
            rows.getString("place"));
      }
    }
  }

  private void printNetworks() throws SQLException {
    out.printf("%nBy network%n");
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT JSON_VALUE(value, '$.net') AS net, count(*) AS quakes,"
                    + " max(JSON_VALUE(value, '$.mag' RETURNING DOUBLE)) AS strongest"
                    + " FROM quakes GROUP BY JSON_VALUE(value, '$.net') ORDER BY quakes DESC, net")) {
      out.printf("  %-4s  %6s  %9s%n", "net", "quakes", "strongest");
      while (rows.next()) {
        out.printf(
            "  %-4s  %,6d  %9.1f%n",
            rows.getString("net"), rows.getLong("quakes"), rows.getDouble("strongest"));
      }
    }
  }

  /** Handles what the group has not seen, and commits its position behind what was handled. */
  private void alert(String which) throws SQLException {
    int seen = 0;
    int alerts = 0;
    connection.setAutoCommit(false);
    try (PreparedStatement cursor =
            connection.prepareStatement(
                "SELECT JSON_VALUE(value, '$.mag' RETURNING DOUBLE), JSON_VALUE(value, '$.place')"
                    + " FROM quakes FOR CONSUMER GROUP alerts");
        ResultSet rows = cursor.executeQuery()) {
      while (rows.next()) {
        seen++;
        if (rows.getDouble(1) >= STRONG) {
          alerts++;
          out.printf("%nALERT  magnitude %.1f  %s", rows.getDouble(1), rows.getString(2));
        }
      }
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
    out.printf("%nConsumer group alerts, %s run: %,d new events, %d alerts%n", which, seen, alerts);
  }

  /** A bar on a terminal; nothing elsewhere. */
  private static final class Progress {
    private static final int WIDTH = 40;

    private final String label;
    private final int total;
    private final boolean visible = isTerminal();

    Progress(String label, int total) {
      this.label = label;
      this.total = total;
    }

    /** Since JDK 22 there is a console even where there is no terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
      Console console = System.console();
      if (console == null) {
        return false;
      }
      try {
        return (boolean) Console.class.getMethod("isTerminal").invoke(console);
      } catch (NoSuchMethodException e) {
        return true;
      } catch (ReflectiveOperationException e) {
        return false;
      }
    }

    void show(int done) {
      if (visible) {
        int filled = WIDTH * done / total;
        System.out.printf(
            "\r%s [%s%s] %,d of %,d",
            label, "#".repeat(filled), ".".repeat(WIDTH - filled), done, total);
        System.out.flush();
      }
    }
  }
}

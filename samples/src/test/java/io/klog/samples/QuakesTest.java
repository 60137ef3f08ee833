package io.klog.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuakesTest {
  @TempDir Path folder;

  private String run() throws SQLException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      Quakes.run("jdbc:klog:" + folder.resolve("quakes.klog"), out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void loadsAsksAndDrainsOnce() throws SQLException {
    String first = run();
    assertTrue(first.contains("Loaded 1,707 earthquakes"), first);
    assertTrue(first.contains(" 6.4  22km NNE of Hualian, Taiwan"), first);
    assertTrue(first.contains("ci       386        3.0"), first);
    assertTrue(first.contains("alerts, first run: 1,707 new events, 5 alerts"), first);
    assertTrue(first.contains("alerts, second run: 0 new events, 0 alerts"), first);
    assertEquals(5, first.split("ALERT  magnitude", -1).length - 1, first);

    String again = run();
    assertTrue(again.contains("1,707 events from an earlier run"), again);
    assertTrue(again.contains("alerts, first run: 0 new events, 0 alerts"), again);
  }
}

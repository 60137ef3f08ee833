package io.klog.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What it takes to open a file whose process was killed with 60 MiB written since the last
 * checkpoint, and to read a row of it; and what reading as many bytes takes at least.
 */
final class Recovery {
  private static final int ROWS = 500_000;
  private static final int ROUNDS = 7;
  private static final String UNCLEAN = "unclean";
  private static final String COPY = "copy";

  private final Path folder;

  Recovery(Path folder) {
    this.folder = folder;
  }

  /**
   * The median of opening.
   *
   * @return ns
   */
  double open(Rival rival) throws Exception {
    makeUnclean(rival);
    double[] samples = new double[ROUNDS];
    for (int i = -1; i < ROUNDS; i++) {
      copy(rival);
      long start = System.nanoTime();
      try (Connection connection = rival.connect(rival.url(folder, COPY, "FULL"))) {
        readOne(rival, connection);
        if (i >= 0) {
          samples[i] = System.nanoTime() - start;
        }
      }
    }
    return median(samples);
  }

  /**
   * The median of reading the file that klog recovers.
   *
   * @return ns
   */
  double read() throws IOException {
    double[] samples = new double[ROUNDS];
    byte[] buffer = new byte[1 << 20];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      try (InputStream in =
          Files.newInputStream(folder.resolve(UNCLEAN + "." + Rival.KLOG.name()))) {
        while (in.read(buffer) >= 0) {
          // only the reading counts
        }
      }
      samples[i] = System.nanoTime() - start;
    }
    return median(samples);
  }

  private void makeUnclean(Rival rival) throws Exception {
    try (ChildJvm child =
        new ChildJvm(Recovery.class, rival.name(), rival.url(folder, UNCLEAN, "OFF"))) {
      child.expect("written");
    }
  }

  /** The file, and those that SQLite has beside it. */
  private void copy(Rival rival) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(COPY + "." + rival.name())) {
          Files.delete(file);
        }
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(UNCLEAN + "." + rival.name()) && !name.endsWith("-shm")) {
          Files.copy(file, folder.resolve(COPY + name.substring(UNCLEAN.length())));
        }
      }
    }
  }

  private static void readOne(Rival rival, Connection connection) throws SQLException {
    try (PreparedStatement seek = connection.prepareStatement(rival.seek())) {
      seek.setLong(1, ROWS / 2);
      try (ResultSet rows = seek.executeQuery()) {
        if (!rows.next()) {
          throw new IllegalStateException("the rows are gone");
        }
      }
    }
  }

  private static double median(double[] samples) {
    Arrays.sort(samples);
    return samples[samples.length / 2];
  }

  /** Arguments: the rival, and its URL. Writes, and dies. */
  public static void main(String[] args) throws Exception {
    Rival rival = Rival.of(args[0]);
    Connection connection = rival.createTable(args[1]);
    if (rival.equals(Rival.SQLITE)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA wal_autocheckpoint = 0");
      }
    }
    connection.setAutoCommit(false);
    try (PreparedStatement insert = connection.prepareStatement(rival.insert())) {
      for (int i = 1; i <= ROWS; i++) {
        insert.setBytes(1, new byte[16]);
        insert.setBytes(2, new byte[100]);
        insert.addBatch();
        if (i % 1_000 == 0) {
          insert.executeBatch();
          connection.commit();
        }
      }
    }
    System.out.println("written");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}

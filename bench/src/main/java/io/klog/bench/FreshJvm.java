package io.klog.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;

/** A JVM of its own that starts, connects, inserts a row and reads it: one operation. */
final class FreshJvm implements Work {
  private final Rival rival;
  private final Path folder;
  private final String name;
  private final List<String> options;
  private int number;

  private FreshJvm(Rival rival, Path folder, String name, List<String> options) {
    this.rival = rival;
    this.folder = folder;
    this.name = name;
    this.options = options;
  }

  static Work plain(Rival rival, Path folder) {
    return new FreshJvm(rival, folder, "fresh", List.of("-cp", OneJar.classPath()));
  }

  /** With the classes of an earlier run in an archive. */
  static Work archived(Rival rival, Path folder) throws Exception {
    String url = rival.url(folder, "archived", "FULL");
    ClassArchive archive = ClassArchive.of(folder, FreshJvm.class, rival.name(), url);
    return new FreshJvm(rival, folder, "mapped", archive.options());
  }

  @Override
  public long round() throws Exception {
    String url = rival.url(folder, name + number++, "FULL");
    Process process =
        ChildJvm.builder(options, FreshJvm.class, rival.name(), url)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
    return 1;
  }

  public static void main(String[] args) throws Exception {
    Rival rival = Rival.of(args[0]);
    try (Connection connection = rival.createTable(args[1])) {
      try (PreparedStatement insert = connection.prepareStatement(rival.insert())) {
        insert.setBytes(1, new byte[16]);
        insert.setBytes(2, new byte[100]);
        insert.executeUpdate();
      }
      try (PreparedStatement scan = connection.prepareStatement(rival.scan());
          ResultSet rows = scan.executeQuery()) {
        if (!rows.next() || rows.getBytes(3).length != 100) {
          throw new IllegalStateException("no row");
        }
      }
    }
  }

  @Override
  public void close() {}
}

package io.klog.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Several processes commit rows to one file at once, row by row, without waiting for the device.
 */
final class ProcessesWork implements Work {
  private final List<ChildJvm> children = new ArrayList<>();
  private final int each;

  private ProcessesWork(Rival rival, Path folder, int processes, int rows)
      throws SQLException, IOException {
    String url = rival.url(folder, "processes", "OFF") + "&busy_timeout=60000";
    rival.createTable(url).close();
    each = rows / processes;
    for (int i = 0; i < processes; i++) {
      children.add(new ChildJvm(ProcessesWork.class, rival.name(), url));
    }
    for (ChildJvm child : children) {
      child.expect("ready");
    }
  }

  /** Rows are of all processes together. */
  static Work.Factory of(int processes, int rows) {
    return (rival, folder) -> new ProcessesWork(rival, folder, processes, rows);
  }

  @Override
  public long round() throws IOException {
    for (ChildJvm child : children) {
      child.tell(String.valueOf(each));
    }
    for (ChildJvm child : children) {
      child.expect("done");
    }
    return (long) each * children.size();
  }

  /** Arguments: the rival, and its URL. Inserts as many rows as each line of the input says. */
  public static void main(String[] args) throws Exception {
    Rival rival = Rival.of(args[0]);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Connection connection = rival.connect(args[1]);
        PreparedStatement insert = connection.prepareStatement(rival.insert())) {
      System.out.println("ready");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        for (int i = Integer.parseInt(line); i > 0; i--) {
          insert.setBytes(1, new byte[16]);
          insert.setBytes(2, new byte[100]);
          insert.executeUpdate();
        }
        System.out.println("done");
      }
    }
  }

  @Override
  public void close() {
    children.forEach(ChildJvm::close);
  }
}

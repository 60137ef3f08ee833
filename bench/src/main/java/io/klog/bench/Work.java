package io.klog.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Something to do in rounds, by one rival. */
interface Work extends AutoCloseable {
  /**
   * Does one round.
   *
   * @return how many operations it was
   */
  long round() throws Exception;

  @Override
  void close() throws SQLException, IOException;

  /** Makes a work ready for a rival. */
  interface Factory {
    Work open(Rival rival, Path folder) throws Exception;
  }
}

package io.klog.shell;

import java.sql.SQLException;

/**
 * What is put back as it was behind a block. In a {@code try} with resources its failure does not
 * hide the one that ended the block.
 */
interface SqlCloseable extends AutoCloseable {
  @Override
  void close() throws SQLException;
}

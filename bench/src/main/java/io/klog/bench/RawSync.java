package io.klog.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a durable row costs at the very least: a write into a file that has its pages, and
 * fdatasync.
 */
final class RawSync implements Work {
  private static final int LENGTH = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer row = ByteBuffer.allocateDirect(256);
  private final int rows;
  private long position;

  RawSync(Path folder, int rows) throws IOException {
    this.rows = rows;
    channel =
        FileChannel.open(
            folder.resolve("raw"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.write(ByteBuffer.allocate(LENGTH), 0);
    channel.force(true);
  }

  @Override
  public long round() throws IOException {
    for (int i = 0; i < rows; i++) {
      channel.write(row.clear(), position);
      channel.force(false);
      position = (position + row.capacity()) % LENGTH;
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

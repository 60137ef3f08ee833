package io.klog.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes one map. The only kind of thread inside a FileChannel, hence deaf to interrupts. One for
 * each map, which are few: what befalls one (a stack that overflows within a queue's lock, say) is
 * not to keep others from being made.
 */
final class Mapper extends Thread {
  /** How long anybody waits for a map, in seconds; without it he reads by system calls. */
  private static final long PATIENCE = 60;

  private final FileChannel channel;
  private final long position;
  private final long length;
  // Written before the thread ends, read after that.
  private @Nullable ByteBuffer made;
  private @Nullable Throwable problem;

  private Mapper(FileChannel channel, long position, long length) {
    super(null, null, "klog-mapper", 0, false);
    this.channel = channel;
    this.position = position;
    this.length = length;
    setDaemon(true);
    setContextClassLoader(null);
  }

  @Override
  public void interrupt() {}

  @Override
  public void run() {
    try {
      made = channel.map(FileChannel.MapMode.READ_ONLY, position, length);
    } catch (IOException | RuntimeException | Error e) {
      problem = e;
    }
  }

  /** Waits for the map and keeps the caller's interrupt status. */
  static ByteBuffer map(FileChannel channel, long position, long length) throws IOException {
    Mapper mapper = new Mapper(channel, position, length);
    mapper.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          mapper.join(TimeUnit.SECONDS.toMillis(PATIENCE));
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    ByteBuffer made = mapper.isAlive() ? null : mapper.made;
    if (made == null) {
      throw new IOException("no map within " + PATIENCE + " s", mapper.problem);
    }
    return made;
  }
}

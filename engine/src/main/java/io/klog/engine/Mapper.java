package io.klog.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Makes maps. The only thread inside a FileChannel, hence deaf to interrupts. */
final class Mapper extends Thread {
  private static final ThreadPoolExecutor ONE =
      new ThreadPoolExecutor(1, 1, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Mapper::new);

  static {
    ONE.allowCoreThreadTimeOut(true);
  }

  private Mapper(Runnable work) {
    super(null, work, "klog-mapper", 0, false);
    setDaemon(true);
    setContextClassLoader(null);
  }

  @Override
  public void interrupt() {}

  /** Waits for the map and keeps the caller's interrupt status. */
  static ByteBuffer map(FileChannel channel, long position, long length) throws IOException {
    Future<ByteBuffer> made =
        ONE.submit(() -> channel.map(FileChannel.MapMode.READ_ONLY, position, length));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return made.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package io.klog.shell;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it failed, as a PrintWriter does not. */
final class Output {
  private final PrintWriter writer;
  private final @Nullable Watched stream;

  private Output(PrintWriter writer, @Nullable Watched stream) {
    this.writer = writer;
    this.stream = stream;
  }

  static Output to(OutputStream stream, Charset charset) {
    Watched watched = new Watched(stream);
    return new Output(new PrintWriter(new OutputStreamWriter(watched, charset)), watched);
  }

  static Output to(PrintWriter terminal) {
    return new Output(terminal, null);
  }

  PrintWriter writer() {
    return writer;
  }

  /**
   * Flushes, and throws why nobody can read what was printed: the pipe is closed, the disk full.
   */
  void check() throws OutputException {
    if (writer.checkError()) {
      IOException failure = stream == null ? null : stream.failure;
      throw new OutputException(
          failure == null ? new IOException("the terminal is gone") : failure);
    }
  }

  /** Nothing more can be printed. */
  static final class OutputException extends IOException {
    private static final long serialVersionUID = 1;

    OutputException(IOException cause) {
      super("cannot write to standard output: " + cause.getMessage(), cause);
    }

    /** Whether whoever read has had enough, as {@code head} has. */
    boolean readerLeft() {
      Throwable cause = getCause();
      String message = cause == null ? null : cause.getMessage();
      return message != null
          && (message.contains("Broken pipe") || message.contains("pipe is being closed"));
    }
  }

  private static final class Watched extends FilterOutputStream {
    // Written by whoever prints, read behind a call of the PrintWriter, which synchronises.
    private volatile @Nullable IOException failure;

    Watched(OutputStream stream) {
      super(stream);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    /** A packed file is written to its end only now. */
    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}

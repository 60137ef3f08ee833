package io.klog.shell;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of text that is written whole or not at all: it has another name until it is {@link
 * #finished}. Packed where its name ends in .gz. A pipe or a device is written to as it is.
 */
final class OutputFile implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  // Null for what is no file that could be replaced.
  private final @Nullable Path unfinished;
  private final Output output;

  private OutputFile(Path path, @Nullable Path unfinished, OutputStream stream) {
    this.path = path;
    this.unfinished = unfinished;
    this.output = Output.to(stream, StandardCharsets.UTF_8);
  }

  static OutputFile create(String name) throws CommandException, IOException {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw new CommandException(name + " cannot be written: " + e.getReason(), e);
    }
    if (Files.isDirectory(path)) {
      throw new CommandException(name + " is a directory, not a file");
    }
    // Else a link would be replaced, and what it points to would stay as it was.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    boolean isFile = !Files.exists(target) || Files.isRegularFile(target);
    Path unfinished =
        isFile
            ? target.resolveSibling(
                target.getFileName()
                    + ".unfinished-"
                    + Integer.toHexString(ThreadLocalRandom.current().nextInt()))
            : null;
    try {
      OutputStream bytes =
          unfinished == null
              ? Files.newOutputStream(target)
              : Files.newOutputStream(
                  unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      OutputStream stream =
          name.toLowerCase(Locale.ROOT).endsWith(".gz")
              // Its constructor writes, which may not fail where nobody closes what is opened.
              ? new GZIPOutputStream(new BufferedOutputStream(bytes), BUFFER)
              : bytes;
      return new OutputFile(target, unfinished, new BufferedOutputStream(stream, BUFFER));
    } catch (NoSuchFileException e) {
      throw new CommandException(name + ": there is no directory " + target.getParent(), e);
    } catch (AccessDeniedException e) {
      throw new CommandException(name + " cannot be written: permission denied", e);
    } catch (FileSystemException e) {
      throw new CommandException(name + " cannot be written: " + reason(e), e);
    }
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? String.valueOf(e.getMessage()) : e.getReason();
  }

  Output output() {
    return output;
  }

  /** Throws if something could not be written. */
  void check() throws IOException {
    try {
      output.check();
    } catch (Output.OutputException e) {
      Throwable cause = e.getCause();
      throw new IOException(
          path + " cannot be written: " + (cause == null ? e : cause).getMessage(), e);
    }
  }

  /** All is written: the file takes its name. */
  void finished() throws IOException {
    check();
    output.writer().close();
    check();
    if (unfinished == null) {
      return;
    }
    try {
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Leaves nothing behind of what was not finished. */
  @Override
  public void close() throws IOException {
    output.writer().close();
    if (unfinished != null) {
      Files.deleteIfExists(unfinished);
    }
  }
}

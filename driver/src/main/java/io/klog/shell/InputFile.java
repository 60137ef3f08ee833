package io.klog.shell;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file of text that is read once, from its beginning; unpacked where its name ends in .gz. */
final class InputFile implements Closeable {
  private static final String PACKED = ".gz";
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final Counted bytes;
  private final Reader reader;

  private InputFile(Path path, Counted bytes, Reader reader) {
    this.path = path;
    this.bytes = bytes;
    this.reader = reader;
  }

  static InputFile open(String name) throws CommandException, IOException {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      throw new CommandException("there is no file " + name, e);
    }
    if (Files.isDirectory(path)) {
      throw new CommandException(name + " is a directory, not a file");
    }
    Counted bytes = null;
    try {
      bytes = new Counted(Files.newInputStream(path));
      InputStream text = isPacked(path) ? new GZIPInputStream(bytes, BUFFER) : bytes;
      // Not by the charset's name, which would read what is no UTF-8 as question marks.
      Reader reader = new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder());
      return new InputFile(path, bytes, new BufferedReader(reader, BUFFER));
    } catch (NoSuchFileException e) {
      throw new CommandException("there is no file " + name, e);
    } catch (AccessDeniedException e) {
      throw new CommandException(name + " cannot be read: permission denied", e);
    } catch (IOException e) {
      if (bytes != null) {
        bytes.close();
      }
      if (e instanceof ZipException || e instanceof EOFException) {
        throw new CommandException(name + " is not packed by gzip, as its name says", e);
      }
      throw e;
    }
  }

  private static boolean isPacked(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(PACKED);
  }

  /** Whether the name ends so, where .gz is not looked at. */
  boolean isNamed(String ending) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    String unpacked = isPacked(path) ? name.substring(0, name.length() - PACKED.length()) : name;
    return unpacked.endsWith(ending);
  }

  /** As it was given, for messages. */
  String name() {
    return path.toString();
  }

  Reader reader() {
    return reader;
  }

  /** In bytes, as it is on the disk; 0 of a pipe. */
  long size() throws IOException {
    return Files.isRegularFile(path) ? Files.size(path) : 0;
  }

  /** How many of these bytes were read, a buffer more or less. */
  long position() {
    return bytes.count;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int read = in.read(buffer, from, length);
      count += Math.max(read, 0);
      return read;
    }
  }
}

package io.klog.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Lines to run, in UTF-8, with or without the mark that some editors put in front. */
final class Script implements AutoCloseable {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final @Nullable String name;
  private final BufferedReader lines;
  private boolean begun;

  private Script(@Nullable String name, Reader reader) {
    this.name = name;
    this.lines = new BufferedReader(reader);
  }

  static Script ofText(String text) {
    return new Script(null, new StringReader(text));
  }

  static Script ofStandardInput() {
    return of("standard input", System.in);
  }

  static Script ofFile(String file) throws CommandException, IOException {
    try {
      Path path = Path.of(file);
      if (Files.isDirectory(path)) {
        throw new CommandException(file + " is a directory");
      }
      return of(file, Files.newInputStream(path));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new CommandException("there is no file " + file, e);
    }
  }

  private static Script of(String name, InputStream stream) {
    return new Script(name, new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()));
  }

  /** For messages; null where the lines need not be told. */
  @Nullable String name() {
    return name;
  }

  /** The next line, or null at the end. */
  @Nullable String next() throws IOException, CommandException {
    try {
      String line = lines.readLine();
      boolean marked = !begun && line != null && line.indexOf(BYTE_ORDER_MARK) == 0;
      begun = true;
      return marked ? String.valueOf(line).substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new CommandException(name + " is not in UTF-8", e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

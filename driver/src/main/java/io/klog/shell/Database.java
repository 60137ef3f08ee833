package io.klog.shell;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the command line names.
 *
 * @param url of JDBC
 * @param name for people
 * @param file where the URL names one
 */
record Database(String url, String name, @Nullable String file) {
  private static final String JDBC = "jdbc:";
  private static final String PREFIX = "jdbc:klog:";
  private static final String MEMORY = "mem:";
  private static final String MEMORY_NAME = "memory";

  /** A path, or a whole JDBC URL; nothing is a database in memory. */
  static Database named(@Nullable String target) {
    if (target == null) {
      return new Database(PREFIX + MEMORY + "shell", MEMORY_NAME, null);
    }
    if (!isUrl(target)) {
      // A path that has a question mark is followed by one of its own.
      boolean marked = target.indexOf('?') >= 0;
      // What looks like the name of a database in memory is a file all the same.
      String path = target.startsWith(MEMORY) ? "./" + target : target;
      return new Database(PREFIX + path + (marked ? "?" : ""), target, target);
    }
    String location = target.substring(Math.min(PREFIX.length(), target.length()));
    int properties = location.lastIndexOf('?');
    String path = properties < 0 ? location : location.substring(0, properties);
    return new Database(target, target, path.startsWith(MEMORY) ? null : path);
  }

  private static boolean isUrl(String target) {
    return target.toLowerCase(Locale.ROOT).startsWith(JDBC);
  }

  /** What it is, in a greeting; asked before it is opened. */
  String greeting() {
    if (file == null && name.equals(MEMORY_NAME)) {
      return "a database in memory, which ends with the shell";
    }
    return isMissing() ? name + " (new)" : name;
  }

  /** Whether nobody has made the file yet. */
  boolean isMissing() {
    if (file == null) {
      return false;
    }
    try {
      return Files.notExists(Path.of(file));
    } catch (InvalidPathException e) {
      return false; // opening it says what is wrong with it
    }
  }

  /**
   * Opens it.
   *
   * @param readOnly whether nothing may be written, nor a file be made
   */
  Connection open(boolean readOnly) throws SQLException {
    Properties properties = new Properties();
    if (readOnly && file != null) {
      properties.setProperty("mode", "ro");
    }
    return DriverManager.getConnection(url, properties);
  }
}

package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What lies in the jar, and what must not. */
class OneJarContentsIT {
  /**
   * What klog, Calcite and the shell's terminal take, and some room. Whatever needs more than this
   * is a dependency that is worth it, or one that the list in the POM should leave out.
   */
  private static final long MOST_BYTES = 23_000_000;

  /**
   * The names of JLine's native methods are bound to those of their classes, which look for their
   * libraries beside themselves. JLine asks for these by a terminal's name only, and all of its
   * versions have the same.
   */
  private static final String NOT_RELOCATED = "org/jline/nativ/";

  private static final Path PATH = new OneJar().path();

  private static JarFile jar;

  @BeforeAll
  static void open() throws IOException {
    jar = new JarFile(PATH.toFile());
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void everythingLiesUnderItsOwnName() {
    List<String> others =
        jar.stream()
            .filter(entry -> !entry.isDirectory())
            .map(ZipEntry::getName)
            .filter(name -> !name.startsWith("io/klog/") && !name.startsWith("META-INF/"))
            .filter(name -> !name.startsWith(NOT_RELOCATED))
            .toList();
    assertEquals(List.of(), others);
  }

  @Test
  void whatLiesInMetaInfIsFoundByNobodyElse() {
    TreeSet<String> found = new TreeSet<>();
    jar.stream()
        .filter(entry -> !entry.isDirectory())
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith("META-INF/"))
        .filter(name -> !name.startsWith("META-INF/services/io.klog.shaded."))
        .filter(name -> !name.startsWith("META-INF/klog/"))
        .filter(name -> !Pattern.matches("META-INF/[^/]*(LICENSE|NOTICE|MANIFEST.MF)", name))
        .forEach(found::add);
    assertEquals(List.of("META-INF/services/java.sql.Driver"), List.copyOf(found));
    assertNotNull(jar.getEntry("META-INF/LICENSE"));
    assertNotNull(jar.getEntry("META-INF/NOTICE"));
  }

  @Test
  void klogsIsTheOnlyDriver() {
    assertEquals(List.of(KlogDriver.class.getName()), lines("META-INF/services/java.sql.Driver"));
  }

  @Test
  void whateverServicesAndTerminalsNameIsThere() {
    List<String> missing =
        jar.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.matches("META-INF/(services|klog/jline/providers)/.+"))
            .flatMap(name -> lines(name).stream())
            .filter(type -> jar.getEntry(type.replace('.', '/') + ".class") == null)
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void weighsWhatCalciteDoes() throws IOException {
    long bytes = Files.size(PATH);
    System.out.printf("klog.jar: %,d bytes%n", bytes);
    assertTrue(bytes < MOST_BYTES, "klog.jar has " + bytes + " bytes");
  }

  private static List<String> lines(String name) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                jar.getInputStream(jar.getEntry(name)), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

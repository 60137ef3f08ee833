package io.klog.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Run with {@code -Dformat.update} to renew the copies in FORMAT.md. */
class FormatDocumentTest {
  private static final Path DOCUMENT = Path.of("FORMAT.md");
  private static final Path SOURCES = Path.of("src/main/java/io/klog/engine");
  private static final Pattern COPY =
      Pattern.compile("<!-- grammar (\\w+) -->\n.*?<!-- end -->", Pattern.DOTALL);
  private static final Pattern SOURCE = Pattern.compile("<pre>\n(.*?) \\* </pre>", Pattern.DOTALL);

  @Test
  void theGrammarsAreThoseOfTheCode() throws IOException {
    String document = Files.readString(DOCUMENT);
    String renewed =
        COPY.matcher(document)
            .replaceAll(
                match -> Matcher.quoteReplacement(copy(match.group(1), grammar(match.group(1)))));
    if (System.getProperty("format.update") != null) {
      Files.writeString(DOCUMENT, renewed);
    } else {
      assertEquals(renewed, document, "renew it: mvn test -pl engine -Dformat.update");
    }
  }

  @Test
  void theLimitsAreThoseOfTheCode() throws IOException {
    String document = Files.readString(DOCUMENT);
    Limits limits = Limits.DEFAULT;
    for (String limit :
        List.of(
            "batches take " + (limits.inline() >> 10) + " KiB or less",
            "when " + (limits.fold() >> 20) + " MiB of them has gathered",
            "when " + (limits.checkpoint() >> 20) + " MiB have gathered",
            "segment of " + (limits.keyIndex() >> 20) + " MiB or more",
            "at most " + (Segment.GREATEST_LENGTH >> 20) + " MiB")) {
      assertTrue(document.contains(limit), limit);
    }
  }

  @Test
  void everyGrammarOfTheCodeIsInTheDocument() throws IOException {
    String document = Files.readString(DOCUMENT);
    try (var files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (Files.readString(file).contains(" * <pre>\n * " + name + " ")) {
          assertTrue(document.contains("<!-- grammar " + name + " -->"), name);
        }
      }
    }
  }

  private static String grammar(String type) {
    try {
      Matcher matcher = SOURCE.matcher(Files.readString(SOURCES.resolve(type + ".java")));
      assertTrue(matcher.find(), () -> "no grammar in " + type);
      return matcher.group(1).replaceAll("(?m)^ \\* ?", "");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String copy(String type, String grammar) {
    return "<!-- grammar " + type + " -->\n```\n" + grammar + "```\n<!-- end -->";
  }
}

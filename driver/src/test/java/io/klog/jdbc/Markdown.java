package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the documentation. */
final class Markdown {
  private final String text;

  /**
   * @param path from the root of the repository
   */
  Markdown(String path) throws IOException {
    text = Files.readString(Path.of("..", path));
  }

  /** The first block of Java below a heading. */
  String java(String heading) {
    Matcher block =
        Pattern.compile("# " + Pattern.quote(heading) + "\n.*?```java\n(.*?)```", Pattern.DOTALL)
            .matcher(text);
    assertTrue(block.find(), () -> "no Java below '" + heading + "'");
    return block.group(1);
  }
}

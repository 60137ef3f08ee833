package io.klog.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  /**
   * What stands between two fences.
   *
   * @param language behind the first fence
   */
  record Block(String language, String text) {}

  /** All of them, in their order. */
  List<Block> blocks() {
    return Pattern.compile("(?m)^```(\\w+)\n([^`]*)^```$")
        .matcher(text)
        .results()
        .map(block -> new Block(block.group(1), block.group(2)))
        .toList();
  }

  /** The cells of each row of the table whose head begins like this. */
  List<List<String>> table(String head) {
    return text.lines()
        .dropWhile(line -> !line.startsWith(head))
        .takeWhile(line -> line.startsWith("|"))
        .skip(2) // the head, and the line below it
        .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }
}

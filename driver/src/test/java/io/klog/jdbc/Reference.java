package io.klog.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a document: fenced blocks of {@code sql}, each with the block of {@code text}
 * that comes next, if one does before the next example.
 */
final class Reference {
  private static final String FENCE = "```";

  /**
   * What is run, and what comes of the last statement.
   *
   * @param line of its fence, from 1
   * @param resultLine of the fence of its result, from 1; 0 if it has none
   * @param result the lines of that; null if it has none
   */
  record Example(
      int line, List<String> statements, int resultLine, @Nullable List<String> result) {}

  private final List<String> lines;
  private final List<Example> examples = new ArrayList<>();

  Reference(List<String> lines) {
    this.lines = lines;
    Example open = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.startsWith(FENCE)) {
        continue;
      }
      int end = end(i);
      List<String> block = lines.subList(i + 1, end);
      if (line.equals(FENCE + "sql")) {
        if (open != null) {
          examples.add(open);
        }
        open = new Example(i + 1, statements(block), 0, null);
      } else if (line.equals(FENCE + "text") && open != null) {
        examples.add(new Example(open.line(), open.statements(), i + 1, block));
        open = null;
      }
      i = end;
    }
    if (open != null) {
      examples.add(open);
    }
  }

  List<Example> examples() {
    return examples;
  }

  /** The document with other results; those of examples without one are left out. */
  List<String> withResults(List<List<String>> results) {
    List<String> renewed = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < examples.size(); i++) {
      int fence = examples.get(i).resultLine();
      if (fence > 0) {
        renewed.addAll(lines.subList(from, fence));
        renewed.addAll(results.get(i));
        from = end(fence - 1);
      }
    }
    renewed.addAll(lines.subList(from, lines.size()));
    return renewed;
  }

  /** Cells of a line of a result, without the blanks that align them. */
  static String cells(String line) {
    return Arrays.stream(line.split("\\|", -1)).map(String::strip).collect(Collectors.joining("|"));
  }

  private int end(int fence) {
    for (int i = fence + 1; i < lines.size(); i++) {
      if (lines.get(i).equals(FENCE)) {
        return i;
      }
    }
    throw new IllegalArgumentException("line " + (fence + 1) + ": a block without an end");
  }

  /** A statement ends with a semicolon at the end of a line, but for a comment. */
  private static List<String> statements(List<String> block) {
    return Arrays.stream(String.join("\n", block).split(";[ \\t]*(--[^\\n]*)?(\\n|$)", 0))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }
}

package io.klog.sql;

import io.klog.Catalog;
import io.klog.Column;
import io.klog.Topic;
import io.klog.View;
import io.klog.sql.parser.KlogParser;
import io.klog.sql.parser.SqlCreateTopic;
import io.klog.sql.parser.SqlShowCreate;
import io.klog.sql.parser.SyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;

/** The statements that would create what there is, for SHOW CREATE. */
final class CreateText {
  /** A statement that is longer has a line for each column. */
  private static final int ONE_LINE = 80;

  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  private CreateText() {}

  /** A query for the statement. */
  static String query(SqlShowCreate show, Catalog catalog) {
    String text =
        switch (show.subject()) {
          case TOPIC -> of(InsertTarget.topic(show.name(), catalog));
          case VIEW -> of(view(show.name(), catalog));
        };
    return "SELECT CAST(" + literal(text) + " AS VARCHAR) AS create_statement";
  }

  /** As it was written: a view is kept as its text. */
  private static String of(View view) {
    return view.sql();
  }

  private static View view(SqlIdentifier name, Catalog catalog) {
    String simple = DdlPlanner.name(name);
    if (catalog.topic(simple) != null) {
      throw Faults.at(
          name.getParserPosition(),
          "42809",
          simple + " is a topic: SHOW CREATE TOPIC shows how it is created");
    }
    return ViewPlanner.requireView(name, simple, catalog);
  }

  static String of(Topic topic) {
    List<String> columns = new ArrayList<>();
    for (Column column : topic.columns()) {
      columns.add(
          name(column.name())
              + " "
              + column.type()
              + (column.isKey() ? " KEY" : "")
              + (column.isNullable() ? "" : " NOT NULL"));
    }
    String head = "CREATE TOPIC " + name(topic.name());
    String options = options(topic);
    if (columns.isEmpty()) {
      return head + options;
    }
    String line = head + " (" + String.join(", ", columns) + ")" + options;
    return line.length() <= ONE_LINE
        ? line
        : head + " (\n  " + String.join(",\n  ", columns) + "\n)" + options;
  }

  /** Those that are not what a topic has to which none are given. */
  private static String options(Topic topic) {
    Map<String, String> given = new TreeMap<>(topic.options());
    String format = topic.columns().isEmpty() ? "raw" : "json";
    given.remove(TopicFormat.OPTION, format);
    given.remove(DdlPlanner.CLEANUP_POLICY, "delete");
    given.remove(RecordFields.ON_ERROR, "null");
    if (topic.partitions() != 1) {
      given.put(DdlPlanner.PARTITIONS, String.valueOf(topic.partitions()));
    }
    List<String> texts = new ArrayList<>();
    given.forEach((option, value) -> texts.add(literal(option) + "=" + literal(value)));
    return texts.isEmpty() ? "" : " WITH (" + String.join(", ", texts) + ")";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** In quotes where it has to be. */
  private static String name(String name) {
    return WORD.matcher(name).matches() && isName(name)
        ? name
        : '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * Whether the grammar takes the word for a name, in the statement and in those that follow it.
   */
  private static boolean isName(String word) {
    try {
      SqlNode create = KlogParser.parse("CREATE TOPIC " + word + " (" + word + " INTEGER)");
      SqlNode query = KlogParser.parse("SELECT " + word + " FROM " + word);
      return create instanceof SqlCreateTopic topic
          && topic.name().isSimple()
          && query instanceof SqlSelect select
          && select.getSelectList().get(0).getKind() == SqlKind.IDENTIFIER
          && select.getFrom() instanceof SqlIdentifier;
    } catch (SyntaxException e) {
      return false; // which is the answer
    }
  }
}

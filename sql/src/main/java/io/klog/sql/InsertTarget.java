package io.klog.sql;

import io.klog.Catalog;
import io.klog.Suggestion;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Where an INSERT goes: the topic, and the columns that are given, in the order given.
 *
 * @param columns where the statement names none: those that the topic declares, or key and value
 */
record InsertTarget(Topic topic, Columns layout, List<Integer> columns) {
  static InsertTarget of(SqlInsert insert, Catalog catalog, RelDataTypeFactory types) {
    if (!(insert.getTargetTable() instanceof SqlIdentifier table)) {
      throw Faults.at(
          insert.getTargetTable().getParserPosition(),
          Faults.SYNTAX,
          "INSERT INTO takes a topic's name and the names of columns, no types, EXTEND or hints");
    }
    Topic topic = topic(table, catalog);
    Columns layout = Columns.of(topic, types);
    SqlNodeList names = insert.getTargetColumnList();
    if (names == null) {
      return new InsertTarget(topic, layout, unnamed(layout));
    }
    List<Integer> columns = new ArrayList<>();
    for (SqlNode name : names) {
      columns.add(column((SqlIdentifier) name, topic, layout));
      refuseTwoWays((SqlIdentifier) name, layout, columns);
    }
    return new InsertTarget(topic, layout, columns);
  }

  /** How records are made of its declared columns; null where it has none. */
  @Nullable RecordLayout recordLayout() {
    return layout.isTyped() ? new RecordLayout(topic, layout) : null;
  }

  private static List<Integer> unnamed(Columns layout) {
    if (!layout.isTyped()) {
      return List.of(layout.key(), layout.value());
    }
    int first = Columns.FIRST_DECLARED;
    return IntStream.range(first, first + layout.declared().size()).boxed().toList();
  }

  /** Key and value of a record come from declared columns or as bytes, not both ways. */
  private static void refuseTwoWays(SqlIdentifier name, Columns layout, List<Integer> columns) {
    int last = columns.get(columns.size() - 1);
    for (int other : columns) {
      if (isSameAs(last, other, layout) || isSameAs(other, last, layout)) {
        throw Faults.at(
            name.getParserPosition(),
            "42701",
            layout.name(last)
                + " and "
                + layout.name(other)
                + " are given, which are kept in the same place: the record's "
                + layout.name(Math.max(last, other)));
      }
    }
  }

  private static boolean isSameAs(int raw, int column, Columns layout) {
    if (!layout.isDeclared(column)) {
      return false;
    }
    boolean isKey = layout.declared().get(column - Columns.FIRST_DECLARED).isKey();
    return isKey ? raw == layout.key() : raw == layout.value();
  }

  private static int column(SqlIdentifier name, Topic topic, Columns layout) {
    SqlParserPos position = name.getParserPosition();
    int column = layout.indexOf(name.getSimple());
    if (column < 0) {
      throw Faults.at(
          position,
          Faults.UNKNOWN_COLUMN,
          "topic "
              + topic.name()
              + " has no column '"
              + name.getSimple()
              + "'"
              + Suggestion.of(name.getSimple(), Columns.names(topic)));
    }
    if (column == Columns.OFFSET) {
      throw Faults.at(position, "428C9", "offset is given by the log, not by an INSERT");
    }
    return column;
  }

  /** The topic of a name with or without schema; what is not there fails with its place. */
  static Topic topic(SqlIdentifier name, Catalog catalog) {
    List<String> parts = name.names;
    String last = parts.get(parts.size() - 1);
    SqlParserPos position = name.getParserPosition();
    if (parts.size() == 2 && parts.get(0).equalsIgnoreCase(Schemas.SYSTEM)) {
      throw Faults.at(position, "42809", name + " is a system table, not a topic");
    }
    Topic topic =
        parts.size() == 1 || (parts.size() == 2 && parts.get(0).equalsIgnoreCase(Schemas.TOPICS))
            ? catalog.topic(last)
            : null;
    if (topic == null && catalog.view(last) != null) {
      throw Faults.at(position, "42809", name + " is a view, not a topic");
    }
    if (topic == null) {
      throw Faults.at(
          position,
          Faults.UNKNOWN_TABLE,
          "there is no topic '" + name + "'" + Names.near(last, catalog));
    }
    return topic;
  }
}

package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlInsert;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;

/**
 * Where an INSERT goes: the topic, and the columns that are given, in the order given.
 *
 * @param columns key and value where the statement names none
 */
record InsertTarget(Topic topic, List<Integer> columns) {
  private static final List<Integer> KEY_AND_VALUE = List.of(Columns.KEY, Columns.VALUE);

  static InsertTarget of(SqlInsert insert, Catalog catalog) {
    if (!(insert.getTargetTable() instanceof SqlIdentifier table)) {
      throw Faults.at(
          insert.getTargetTable().getParserPosition(),
          Faults.SYNTAX,
          "INSERT INTO takes a topic's name and the names of columns, no types, EXTEND or hints");
    }
    Topic topic = topic(table, catalog);
    SqlNodeList names = insert.getTargetColumnList();
    if (names == null) {
      return new InsertTarget(topic, KEY_AND_VALUE);
    }
    return new InsertTarget(topic, names.stream().map(name -> column(name, topic)).toList());
  }

  private static int column(SqlNode node, Topic topic) {
    SqlIdentifier name = (SqlIdentifier) node;
    SqlParserPos position = name.getParserPosition();
    int column = Columns.indexOf(name.getSimple());
    if (column < 0) {
      throw Faults.at(
          position,
          Faults.UNKNOWN_COLUMN,
          "topic " + topic.name() + " has no column '" + name.getSimple() + "'");
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
    if (topic == null) {
      throw Faults.at(position, Faults.UNKNOWN_TABLE, "there is no topic '" + name + "'");
    }
    return topic;
  }
}

package io.klog.shell;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The names that a database has, as of now. */
final class Names {
  static final String SYSTEM_SCHEMA = "klog";

  private final Connection connection;

  Names(Connection connection) {
    this.connection = connection;
  }

  List<String> topics() throws SQLException {
    return tables("TABLE");
  }

  List<String> views() throws SQLException {
    return tables("VIEW");
  }

  /** Without their schema. */
  List<String> systemTables() throws SQLException {
    return tables("SYSTEM TABLE");
  }

  private List<String> tables(String type) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    try (ResultSet tables = metadata.getTables(null, null, null, new String[] {type})) {
      return column(tables, "TABLE_NAME");
    }
  }

  /** Of this table of any schema, whatever the case of its name, or of all topics. */
  Set<String> columns(@Nullable String table) throws SQLException {
    Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    try (ResultSet all = connection.getMetaData().getColumns(null, null, null, null)) {
      while (all.next()) {
        boolean system = SYSTEM_SCHEMA.equals(all.getString("TABLE_SCHEM"));
        if (table == null ? !system : table.equalsIgnoreCase(all.getString("TABLE_NAME"))) {
          columns.add(all.getString("COLUMN_NAME"));
        }
      }
    }
    return columns;
  }

  List<String> groups() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet groups = statement.executeQuery("SELECT group_id FROM klog.consumer_groups")) {
      return column(groups, "group_id");
    }
  }

  private static List<String> column(ResultSet rows, String name) throws SQLException {
    List<String> names = new ArrayList<>();
    while (rows.next()) {
      names.add(rows.getString(name));
    }
    return names;
  }

  /** As SQL wants it: in quotes where it is not a plain name. */
  static String quoted(String name) {
    boolean plain = name.matches("[A-Za-z_][A-Za-z_0-9]*");
    return plain && !Keywords.isReserved(name) ? name : SqlText.name(name);
  }
}

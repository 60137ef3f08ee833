package io.klog.sql;

import io.klog.Catalog;
import io.klog.Suggestion;
import io.klog.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that there are, for those who wrote another. */
final class Names {
  // As Calcite's validator says it.
  private static final Pattern TABLE = Pattern.compile("Object '([^']*)' not found");
  private static final Pattern COLUMN = Pattern.compile("Column '([^']*)' not found");

  private Names() {}

  /** Topics and views that may have been meant, as words behind "there is no topic ...". */
  static String near(String written, Catalog catalog) {
    List<String> names = new ArrayList<>();
    catalog.topics().forEach(topic -> names.add(topic.name()));
    catalog.views().forEach(view -> names.add(view.name()));
    return Suggestion.of(written, names);
  }

  static String nearView(String written, Catalog catalog) {
    return Suggestion.of(written, catalog.views().stream().map(view -> view.name()).toList());
  }

  /** What is said of a name that is not there, and what may have been meant. */
  static RuntimeException suggesting(RuntimeException fault, String sql, Catalog catalog) {
    if (!(fault instanceof SqlFault unknown)) {
      return fault;
    }
    Matcher table = TABLE.matcher(String.valueOf(unknown.getMessage()));
    if (table.find()) {
      return with(unknown, near(table.group(1), catalog));
    }
    Matcher column = COLUMN.matcher(String.valueOf(unknown.getMessage()));
    return column.find() ? with(unknown, nearColumn(column.group(1), sql, catalog)) : fault;
  }

  /** Of the topics whose names are in the text. */
  private static String nearColumn(String written, String sql, Catalog catalog) {
    String folded = sql.toLowerCase(Locale.ROOT);
    List<String> columns = new ArrayList<>();
    for (Topic topic : catalog.topics()) {
      if (folded.contains(topic.name().toLowerCase(Locale.ROOT))) {
        columns.addAll(Columns.names(topic));
      }
    }
    return Suggestion.of(written, columns);
  }

  private static SqlFault with(SqlFault fault, String suggestion) {
    return suggestion.isEmpty()
        ? fault
        : new SqlFault(fault.sqlState(), fault.getMessage() + suggestion, fault);
  }

  static String nearSystemTable(String written) {
    return Suggestion.of(written, SystemTables.all().stream().map(SystemTable::name).toList());
  }
}

package io.klog.sql;

import io.klog.Catalog;
import io.klog.Suggestion;
import java.util.ArrayList;
import java.util.List;

/** The names that there are, for those who wrote another. */
final class Names {
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

  static String nearSystemTable(String written) {
    return Suggestion.of(written, SystemTables.all().stream().map(SystemTable::name).toList());
  }
}

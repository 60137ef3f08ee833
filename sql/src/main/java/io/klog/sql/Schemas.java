package io.klog.sql;

import io.klog.Catalog;
import io.klog.Topic;
import io.klog.View;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.schema.Table;
import org.apache.calcite.schema.impl.AbstractSchema;
import org.apache.calcite.schema.lookup.LikePattern;
import org.apache.calcite.schema.lookup.Lookup;
import org.apache.calcite.schema.lookup.Named;
import org.jspecify.annotations.Nullable;

/**
 * The names that SQL can see: the topics and views in schema {@code main}, where unqualified names
 * are looked up, and the system tables in schema {@code klog}.
 */
final class Schemas {
  static final String TOPICS = "main";
  static final String SYSTEM = "klog";

  /** No statement can name it: the topics as INSERT has them before it. */
  static final String TARGETS = " targets";

  private static final AbstractSchema SYSTEM_SCHEMA = new SystemSchema();

  private Schemas() {}

  static CalciteSchema root(Views views) {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false, "", new AbstractSchema());
    root.add(TOPICS, new TopicSchema(views, TopicTable::of));
    root.add(TARGETS, new TopicSchema(views, TopicTable::asTarget));
    root.add(SYSTEM, SYSTEM_SCHEMA);
    return root;
  }

  /** Asks the catalog by name, so that a thousand topics cost a plan nothing. */
  private static final class TopicSchema extends AbstractSchema implements Lookup<Table> {
    private final Catalog catalog;
    private final Views views;
    private final Function<Topic, TopicTable> table;

    TopicSchema(Views views, Function<Topic, TopicTable> table) {
      this.catalog = views.catalog();
      this.views = views;
      this.table = table;
    }

    @Override
    public Lookup<Table> tables() {
      return this;
    }

    @Override
    public @Nullable Table get(String name) {
      Topic topic = catalog.topic(name);
      return topic == null ? views.table(name) : table.apply(topic);
    }

    @Override
    public @Nullable Named<Table> getIgnoreCase(String name) {
      Topic topic = catalog.topic(name);
      if (topic != null) {
        return new Named<>(topic.name(), table.apply(topic));
      }
      ViewTable view = views.table(name);
      return view == null ? null : new Named<>(view.view().name(), view);
    }

    @Override
    public Set<String> getNames(LikePattern pattern) {
      Set<String> names = new TreeSet<>();
      for (Topic topic : catalog.topics()) {
        if (pattern.matcher().apply(topic.name())) {
          names.add(topic.name());
        }
      }
      for (View view : catalog.views()) {
        if (pattern.matcher().apply(view.name())) {
          names.add(view.name());
        }
      }
      return names;
    }
  }

  private static final class SystemSchema extends AbstractSchema {
    private final Map<String, Table> tables = new LinkedHashMap<>();

    SystemSchema() {
      for (SystemTable table : SystemTables.all()) {
        tables.put(table.name(), table);
      }
    }

    @Override
    protected Map<String, Table> getTableMap() {
      return tables;
    }
  }
}

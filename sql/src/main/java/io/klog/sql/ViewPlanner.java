package io.klog.sql;

import io.klog.Catalog;
import io.klog.KlogException;
import io.klog.LogStore;
import io.klog.View;
import io.klog.sql.parser.SqlCreateView;
import io.klog.sql.parser.SqlDropView;
import java.util.function.Consumer;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.jspecify.annotations.Nullable;

/** Plans CREATE VIEW and DROP VIEW. A view is looked at whole when it is created. */
final class ViewPlanner {
  private ViewPlanner() {}

  /**
   * Plans.
   *
   * @param sql the statement, which is what is kept
   */
  static Consumer<LogStore> create(SqlCreateView create, String sql, Catalog catalog) {
    String name = DdlPlanner.name(create.name());
    if (catalog.topic(name) != null) {
      throw Faults.at(
          create.name().getParserPosition(),
          "42P07",
          name + " is a topic; a view needs another name");
    }
    create.query().accept(new Refusals());
    try {
      Translator translator =
          new Translator(
              Views.of(catalog).within(name), create.query(), QueryPlanner.lightPlanner());
      Views.rowType(create, translator);
      translator.toRel();
    } catch (RuntimeException e) {
      throw Faults.ofPlanning(e);
    }
    View view = new View(name, text(sql));
    return store -> store.createView(view, create.replace());
  }

  private static String text(String sql) {
    String text = sql.strip();
    return text.endsWith(";") ? text.substring(0, text.length() - 1).stripTrailing() : text;
  }

  static Consumer<LogStore> drop(SqlDropView drop, Catalog catalog) {
    String name = DdlPlanner.name(drop.name());
    if (catalog.topic(name) != null) {
      throw Faults.at(
          drop.name().getParserPosition(), "42809", name + " is a topic: DROP TOPIC drops it");
    }
    if (!drop.ifExists()) {
      requireView(drop.name(), name, catalog);
    }
    return store -> {
      try {
        store.dropView(name);
      } catch (KlogException e) {
        if (!drop.ifExists() || e.reason() != KlogException.Reason.UNKNOWN_VIEW) {
          throw e;
        }
      }
    };
  }

  /**
   * The view of that name.
   *
   * @param at where the statement names it
   * @throws SqlFault when there is none
   */
  static View requireView(SqlIdentifier at, String name, Catalog catalog) {
    View view = catalog.view(name);
    if (view == null) {
      throw Faults.at(
          at.getParserPosition(),
          Faults.UNKNOWN_TABLE,
          "there is no view '" + at + "'" + Names.nearView(name, catalog));
    }
    return view;
  }

  /** What a query may have, and a view may not. */
  private static final class Refusals extends SqlBasicVisitor<@Nullable Void> {
    @Override
    public @Nullable Void visit(SqlDynamicParam parameter) {
      throw refused(parameter, "a view has no parameters");
    }

    @Override
    public @Nullable Void visit(SqlCall call) {
      if (call instanceof SqlSelect select && StreamKeyword.has(select)) {
        throw refused(call, "a view does not follow: say SELECT STREAM where it is read");
      }
      return super.visit(call);
    }

    private static SqlFault refused(SqlNode node, String why) {
      return Faults.at(node.getParserPosition(), Faults.NOT_SUPPORTED, why);
    }
  }
}

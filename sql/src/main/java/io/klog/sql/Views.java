package io.klog.sql;

import io.klog.Catalog;
import io.klog.View;
import io.klog.sql.parser.KlogParser;
import io.klog.sql.parser.SqlCreateView;
import io.klog.sql.parser.SyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

/**
 * What the views mean that one statement names, or a view that it names does: each is translated
 * where it stands, so that what is over it moves into its scans. For one statement.
 */
final class Views {
  /** More are a mistake: each view that reads the one before twice doubles what there is to do. */
  private static final int MOST = 1_000;

  private static final String INVALID_DEFINITION = "42P17";

  private final Catalog catalog;

  /** Which view is being translated, for which, and so on. */
  private final List<String> path;

  private final Statement statement;

  /** What all views of a statement have in common. */
  private static final class Statement {
    private final Map<String, RelDataType> rowTypes = new HashMap<>();
    private int translated;
  }

  private Views(Catalog catalog, List<String> path, Statement statement) {
    this.catalog = catalog;
    this.path = path;
    this.statement = statement;
  }

  static Views of(Catalog catalog) {
    return new Views(catalog, List.of(), new Statement());
  }

  Catalog catalog() {
    return catalog;
  }

  /** For what the view of that name reads. */
  Views within(String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return new Views(catalog, longer, statement);
  }

  /**
   * The view of that name, or null.
   *
   * @throws SqlFault 42P17 when it is one of those that are being translated
   */
  @Nullable ViewTable table(String name) {
    for (String reading : path) {
      if (reading.equalsIgnoreCase(name)) {
        throw new SqlFault(
            INVALID_DEFINITION,
            "view " + name + " reads itself: " + String.join(" -> ", path) + " -> " + name);
      }
    }
    View view = catalog.view(name);
    return view == null ? null : new ViewTable(view, this);
  }

  /**
   * The view's columns.
   *
   * @throws SqlFault what is wrong with it by now
   */
  RelDataType rowType(View view) {
    String key = view.name().toLowerCase(Locale.ROOT);
    RelDataType known = statement.rowTypes.get(key);
    if (known == null) {
      known =
          translated(
              view,
              create ->
                  rowType(
                      create,
                      new Translator(
                          within(view.name()), create.query(), QueryPlanner.lightPlanner())));
      statement.rowTypes.put(key, known);
    }
    return known;
  }

  /** What is to stand in the place of the view. */
  RelNode toRel(View view, RelOptCluster cluster, RelDataType rowType) {
    return translated(
        view,
        create -> {
          Translator translator = new Translator(within(view.name()), create.query(), cluster);
          return RelOptUtil.createCastRel(translator.toRel().project(), rowType, true);
        });
  }

  private <T> T translated(View view, Function<SqlCreateView, T> translation) {
    if (++statement.translated > MOST) {
      throw new SqlFault("54001", "statement too complex: its views read more than " + MOST);
    }
    try {
      SqlNode parsed = KlogParser.parse(view.sql());
      if (!(parsed instanceof SqlCreateView create)) {
        throw Faults.at(
            parsed.getParserPosition(), INVALID_DEFINITION, "this creates no view: " + view.sql());
      }
      return translation.apply(create);
    } catch (SyntaxException e) {
      throw new SqlFault(e.sqlState(), "in view " + view.name() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      RuntimeException fault = Faults.ofPlanning(e);
      if (!(fault instanceof SqlFault inView)) {
        throw fault;
      }
      throw new SqlFault(
          inView.sqlState(), "in view " + view.name() + ": " + inView.getMessage(), inView);
    }
  }

  /**
   * The columns of what is translated, under the names that the view gives them.
   *
   * @throws SqlFault when there are more or fewer names, or two are the same
   */
  static RelDataType rowType(SqlCreateView view, Translator translator) {
    RelDataType given = translator.rowType();
    SqlNodeList columns = view.columns();
    List<String> names = given.getFieldNames();
    if (columns != null) {
      if (columns.size() != names.size()) {
        throw Faults.at(
            columns.getParserPosition(),
            Faults.SYNTAX,
            columns.size() + " names for the " + names.size() + " columns of the query");
      }
      names = columns.stream().map(name -> ((SqlIdentifier) name).getSimple()).toList();
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw Faults.at(
            (columns == null ? view.query() : columns).getParserPosition(),
            "42701",
            "the view has two columns '"
                + name
                + "': give them names, as in CREATE VIEW v (a, b) AS ...");
      }
    }
    return translator.named(given, names);
  }
}

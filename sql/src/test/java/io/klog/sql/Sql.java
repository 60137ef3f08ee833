package io.klog.sql;

import io.klog.SyncLevel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A session over a model, and short ways to ask it. */
final class Sql implements AutoCloseable {
  final ModelLogStore store;
  final Session session;

  Sql() {
    this(new ModelLogStore());
  }

  Sql(ModelLogStore store) {
    this(store, SessionSettings.DEFAULTS);
  }

  Sql(ModelLogStore store, SessionSettings settings) {
    this.store = store;
    this.session = new Session(store, SyncLevel.FULL, settings);
  }

  long update(String sql, @Nullable Object... parameters) {
    return session.update(session.prepare(sql), parameters, StatementControl.unlimited(), null);
  }

  Rows open(String sql, @Nullable Object... parameters) {
    return session.query(session.prepare(sql), parameters, StatementControl.unlimited());
  }

  /** The rows, bytes as text, columns with blanks between. */
  List<String> rows(String sql, @Nullable Object... parameters) {
    PreparedSql prepared = session.prepare(sql);
    try (Rows rows = session.query(prepared, parameters, StatementControl.unlimited())) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        result.add(row(rows, prepared.columns().size()));
      }
      return result;
    }
  }

  static String row(Rows rows, int width) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      texts.add(rows.isNull(i) ? "NULL" : text(rows.getObject(i)));
    }
    return String.join(" ", texts);
  }

  private static String text(@Nullable Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }

  String plan(String sql) {
    PreparedSql prepared = session.prepare("EXPLAIN PLAN FOR " + sql);
    @Nullable Object[] nulls = new Object[prepared.parameters().size()];
    try (Rows rows = session.query(prepared, nulls, StatementControl.unlimited())) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        lines.add(String.valueOf(rows.getString(0)));
      }
      return lines.stream().collect(Collectors.joining("\n"));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}

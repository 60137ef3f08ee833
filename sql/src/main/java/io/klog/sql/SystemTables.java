package io.klog.sql;

import static org.apache.calcite.sql.type.SqlTypeName.BIGINT;
import static org.apache.calcite.sql.type.SqlTypeName.INTEGER;
import static org.apache.calcite.sql.type.SqlTypeName.TIMESTAMP;
import static org.apache.calcite.sql.type.SqlTypeName.VARCHAR;

import io.klog.Column;
import io.klog.SegmentInfo;
import io.klog.Snapshot;
import io.klog.Topic;
import io.klog.View;
import io.klog.sql.SystemTable.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** The tables of schema {@code klog}; SHOW, DESCRIBE and JDBC's metadata are queries over them. */
final class SystemTables {
  private static final List<SystemTable> ALL =
      List.of(
          topics(),
          partitions(),
          segments(),
          tables(),
          columns(),
          views(),
          GroupTables.consumerGroups(),
          GroupTables.consumerLag(),
          GroupTables.consumerMembers(),
          settings());

  private SystemTables() {}

  static List<SystemTable> all() {
    return ALL;
  }

  private static Field field(String name, SqlTypeName type) {
    return new Field(name, type, false);
  }

  private static Field nullable(String name, SqlTypeName type) {
    return new Field(name, type, true);
  }

  private static SystemTable topics() {
    return new SystemTable(
        "topics",
        List.of(
            field("topic", VARCHAR),
            field("topic_id", BIGINT),
            field("partitions", INTEGER),
            nullable("records", BIGINT),
            field("format", VARCHAR),
            field("options", VARCHAR)),
        execution -> {
          Snapshot snapshot = execution.snapshotOfAll();
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Topic topic : execution.catalog().topics()) {
            rows.add(
                new @Nullable Object[] {
                  topic.name(),
                  topic.id(),
                  topic.partitions(),
                  records(snapshot, topic),
                  TopicFormat.nameOf(topic),
                  options(topic)
                });
          }
          return rows;
        });
  }

  private static String options(Topic topic) {
    return topic.options().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(", "));
  }

  private static @Nullable Long records(Snapshot snapshot, Topic topic) {
    long sum = 0;
    for (int p = 0; p < topic.partitions(); p++) {
      OptionalLong count = snapshot.recordCount(topic, p);
      if (count.isEmpty()) {
        return null;
      }
      sum += count.getAsLong();
    }
    return sum;
  }

  private static SystemTable partitions() {
    return new SystemTable(
        "partitions",
        List.of(
            field("topic", VARCHAR),
            field("partition_id", INTEGER),
            field("log_start_offset", BIGINT),
            field("log_end_offset", BIGINT),
            nullable("records", BIGINT)),
        execution -> {
          Snapshot snapshot = execution.snapshotOfAll();
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Topic topic : execution.catalog().topics()) {
            for (int p = 0; p < topic.partitions(); p++) {
              OptionalLong count = snapshot.recordCount(topic, p);
              rows.add(
                  new @Nullable Object[] {
                    topic.name(),
                    p,
                    snapshot.startOffset(topic, p),
                    snapshot.endOffset(topic, p),
                    count.isEmpty() ? null : count.getAsLong()
                  });
            }
          }
          return rows;
        });
  }

  private static SystemTable segments() {
    return new SystemTable(
        "segments",
        List.of(
            field("topic", VARCHAR),
            field("partition_id", INTEGER),
            field("segment_id", BIGINT),
            field("base_offset", BIGINT),
            field("end_offset", BIGINT),
            field("bytes", BIGINT),
            field("key_index_bytes", BIGINT),
            nullable("min_timestamp", TIMESTAMP),
            nullable("max_timestamp", TIMESTAMP)),
        execution -> {
          Snapshot snapshot = execution.snapshotOfAll();
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Topic topic : execution.catalog().topics()) {
            for (int p = 0; p < topic.partitions(); p++) {
              for (SegmentInfo segment : snapshot.segments(topic, p)) {
                rows.add(row(topic, p, segment));
              }
            }
          }
          return rows;
        });
  }

  private static @Nullable Object[] row(Topic topic, int partition, SegmentInfo segment) {
    boolean hasTimes = segment.minTimestamp() <= segment.maxTimestamp();
    return new @Nullable Object[] {
      topic.name(),
      partition,
      segment.id(),
      segment.baseOffset(),
      segment.endOffset(),
      segment.bytes(),
      segment.indexBytes(),
      hasTimes ? segment.minTimestamp() : null,
      hasTimes ? segment.maxTimestamp() : null
    };
  }

  /** As DatabaseMetaData.getTables wants it. */
  private static SystemTable tables() {
    return new SystemTable(
        "tables",
        List.of(
            field("table_schem", VARCHAR),
            field("table_name", VARCHAR),
            field("table_type", VARCHAR),
            nullable("remarks", VARCHAR)),
        execution -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Topic topic : execution.catalog().topics()) {
            rows.add(new @Nullable Object[] {Schemas.TOPICS, topic.name(), "TABLE", null});
          }
          for (View view : execution.catalog().views()) {
            rows.add(new @Nullable Object[] {Schemas.TOPICS, view.name(), "VIEW", null});
          }
          for (SystemTable table : ALL) {
            rows.add(new @Nullable Object[] {Schemas.SYSTEM, table.name(), "SYSTEM TABLE", null});
          }
          return rows;
        });
  }

  /** As DatabaseMetaData.getColumns wants it. */
  private static SystemTable columns() {
    return new SystemTable(
        "columns",
        List.of(
            field("table_schem", VARCHAR),
            field("table_name", VARCHAR),
            field("column_name", VARCHAR),
            field("ordinal_position", INTEGER),
            field("data_type", INTEGER),
            field("type_name", VARCHAR),
            field("column_size", INTEGER),
            field("decimal_digits", INTEGER),
            field("nullable", INTEGER),
            field("is_nullable", VARCHAR),
            field("is_autoincrement", VARCHAR),
            field("is_generatedcolumn", VARCHAR),
            nullable("remarks", VARCHAR),
            field("sql_type", VARCHAR),
            field("is_key", VARCHAR)),
        execution -> {
          KlogTypes types = new KlogTypes();
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Topic topic : execution.catalog().topics()) {
            addColumns(rows, topic.name(), Columns.of(topic, types));
          }
          Views views = Views.of(execution.catalog());
          for (View view : execution.catalog().views()) {
            RelDataType rowType = rowTypeIfSound(view, views);
            if (rowType != null) {
              addColumns(rows, Schemas.TOPICS, view.name(), rowType);
            }
          }
          for (SystemTable table : ALL) {
            addColumns(rows, Schemas.SYSTEM, table.name(), table.getRowType(types));
          }
          return rows;
        });
  }

  /** A view whose topic is gone has no columns to tell of. */
  private static @Nullable RelDataType rowTypeIfSound(View view, Views views) {
    try {
      return views.rowType(view);
    } catch (SqlFault e) {
      return null;
    }
  }

  private static SystemTable views() {
    return new SystemTable(
        "views",
        List.of(field("name", VARCHAR), field("text", VARCHAR)),
        execution -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (View view : execution.catalog().views()) {
            rows.add(new @Nullable Object[] {view.name(), view.sql()});
          }
          return rows;
        });
  }

  private static void addColumns(
      List<@Nullable Object[]> rows, String schema, String table, RelDataType rowType) {
    for (RelDataTypeField field : rowType.getFieldList()) {
      rows.add(
          column(
              schema,
              table,
              field,
              TypeText.of(field.getType()),
              field.getType().isNullable(),
              false,
              false));
    }
  }

  /** Those that a star gives; of the declared ones whether they are NOT NULL as it was declared. */
  private static void addColumns(List<@Nullable Object[]> rows, String topic, Columns columns) {
    for (RelDataTypeField field : columns.rowType().getFieldList()) {
      int place = field.getIndex();
      Column declared =
          columns.isDeclared(place) ? columns.declared().get(place - Columns.FIRST_DECLARED) : null;
      if (!columns.isHidden(place)) {
        rows.add(
            column(
                Schemas.TOPICS,
                topic,
                field,
                declared == null ? TypeText.of(field.getType()) : declared.type(),
                declared == null ? field.getType().isNullable() : declared.isNullable(),
                declared != null && declared.isKey(),
                place == Columns.OFFSET));
      }
    }
  }

  private static @Nullable Object[] column(
      String schema,
      String table,
      RelDataTypeField field,
      String sqlType,
      boolean isNullable,
      boolean isKey,
      boolean given) {
    RelDataType type = field.getType();
    return new @Nullable Object[] {
      schema,
      table,
      field.getName(),
      field.getIndex() + 1,
      JdbcTypes.of(type).getVendorTypeNumber(),
      JdbcTypes.name(type),
      JdbcTypes.precision(type),
      JdbcTypes.scale(type),
      isNullable ? 1 : 0,
      yesOrNo(isNullable),
      yesOrNo(given),
      yesOrNo(given),
      null,
      sqlType,
      yesOrNo(isKey)
    };
  }

  private static String yesOrNo(boolean value) {
    return value ? "YES" : "NO";
  }

  /** What SET changes, and what RESET goes back to. */
  private static SystemTable settings() {
    return new SystemTable(
        "settings",
        List.of(
            field("name", VARCHAR),
            field("value", VARCHAR),
            field("reset_value", VARCHAR),
            field("description", VARCHAR)),
        execution -> {
          List<@Nullable Object[]> rows = new ArrayList<>();
          for (Setting setting : Setting.values()) {
            rows.add(
                new @Nullable Object[] {
                  setting.key(),
                  setting.text(execution.settings()),
                  setting.text(execution.connectionSettings()),
                  setting.description()
                });
          }
          return rows;
        });
  }
}

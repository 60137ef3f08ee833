package io.klog.jdbc;

import io.klog.sql.ProcedureInfo;
import io.klog.sql.Session;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What CALL can run: each takes text by position or by name, and gives rows. */
abstract class ProcedureMetaData extends EmptyMetaData {
  private static final MetadataResult PROCEDURES =
      MetadataResult.of(
          "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME RESERVED1 RESERVED2 RESERVED3 REMARKS"
              + " PROCEDURE_TYPE:short SPECIFIC_NAME");

  private static final MetadataResult COLUMNS =
      MetadataResult.of(
          "PROCEDURE_CAT PROCEDURE_SCHEM PROCEDURE_NAME COLUMN_NAME COLUMN_TYPE:short"
              + " DATA_TYPE:int TYPE_NAME PRECISION:int LENGTH:int SCALE:short RADIX:short"
              + " NULLABLE:short REMARKS COLUMN_DEF SQL_DATA_TYPE:int SQL_DATETIME_SUB:int"
              + " CHAR_OCTET_LENGTH:int ORDINAL_POSITION:int IS_NULLABLE SPECIFIC_NAME");

  // Catalogs are not there: null and "" both ask for what has none.

  static boolean excludes(@Nullable String catalog) {
    return catalog != null && !catalog.isEmpty();
  }

  /** An empty pattern asks for what has no schema, and everything has one. */
  static boolean matchesSchema(@Nullable String pattern, @Nullable Object schema) {
    return (pattern == null || !pattern.isEmpty())
        && new LikePattern(pattern).matches((String) schema);
  }

  private List<ProcedureInfo> procedures(
      @Nullable String catalog, @Nullable String schemaPattern, @Nullable String namePattern)
      throws SQLException {
    checkOpen();
    LikePattern names = new LikePattern(namePattern);
    return Session.procedures().stream()
        .filter(procedure -> !excludes(catalog) && matchesSchema(schemaPattern, procedure.schema()))
        .filter(procedure -> names.matches(procedure.name()))
        .toList();
  }

  @Override
  public final ResultSet getProcedures(
      @Nullable String catalog, @Nullable String schemaPattern, @Nullable String namePattern)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (ProcedureInfo procedure : procedures(catalog, schemaPattern, namePattern)) {
      rows.add(
          new @Nullable Object[] {
            null,
            procedure.schema(),
            procedure.name(),
            null,
            null,
            null,
            procedure.signature(),
            procedureNoResult, // of a value; it gives rows
            procedure.name()
          });
    }
    return PROCEDURES.sorted(rows, 1, 2, 8);
  }

  /** The parameters alone: tools take any other column for something to be registered as OUT. */
  @Override
  public final ResultSet getProcedureColumns(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String procedurePattern,
      @Nullable String columnPattern)
      throws SQLException {
    LikePattern columns = new LikePattern(columnPattern);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (ProcedureInfo procedure : procedures(catalog, schemaPattern, procedurePattern)) {
      for (int i = 0; i < procedure.parameters().size(); i++) {
        if (columns.matches(procedure.parameters().get(i))) {
          rows.add(describe(procedure, i));
        }
      }
    }
    return COLUMNS.sorted(rows, 1, 2, 19, 17);
  }

  private static @Nullable Object[] describe(ProcedureInfo procedure, int index) {
    boolean required = index < procedure.required();
    return new @Nullable Object[] {
      null,
      procedure.schema(),
      procedure.name(),
      procedure.parameters().get(index),
      procedureColumnIn,
      JDBCType.VARCHAR.getVendorTypeNumber(),
      JDBCType.VARCHAR.getName(),
      Integer.MAX_VALUE,
      Integer.MAX_VALUE,
      null, // SCALE
      null, // RADIX
      required ? procedureNoNulls : procedureNullable,
      required ? null : "may be left out",
      null, // COLUMN_DEF
      null, // SQL_DATA_TYPE, not used
      null, // SQL_DATETIME_SUB, not used
      Integer.MAX_VALUE,
      index + 1,
      required ? "NO" : "YES",
      procedure.name()
    };
  }
}

package io.klog.sql;

import io.klog.Column;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBinaryStringLiteral;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.util.BitString;
import org.jspecify.annotations.Nullable;

/**
 * Literals that are inserted into declared columns, fitted to these when the statement is planned.
 */
final class DeclaredLiterals {
  private DeclaredLiterals() {}

  /**
   * Null for what is no literal, or one that Calcite has to convert, or to refuse.
   *
   * @param exact whether what the column would change is refused
   */
  static InsertValues.@Nullable Slot slot(
      SqlNode node, Column column, RelDataType type, boolean exact) {
    if (node.getKind() == SqlKind.DEFAULT) {
      return new InsertValues.Constant(null);
    }
    Object value = value(node, type);
    if (value == null) {
      return null;
    }
    try {
      return new InsertValues.Constant(
          exact
              ? RecordWriter.exact(value, column, type)
              : RecordWriter.fitted(value, column, type));
    } catch (SqlFault e) {
      throw Faults.at(node.getParserPosition(), e.sqlState(), String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Object value(SqlNode node, RelDataType type) {
    if (!RecordWriter.isScalar(type)) {
      return null;
    }
    if (node instanceof SqlCharStringLiteral text) {
      return text.getValueAs(String.class);
    }
    if (node instanceof SqlNumericLiteral number) {
      return SqlTypeUtil.isNumeric(type) ? number.bigDecimalValue() : null;
    }
    if (node.getKind() == SqlKind.MINUS_PREFIX
        && ((SqlCall) node).operand(0) instanceof SqlNumericLiteral number) {
      return SqlTypeUtil.isNumeric(type) && number.bigDecimalValue() != null
          ? number.bigDecimalValue().negate()
          : null;
    }
    if (node instanceof SqlBinaryStringLiteral bytes) {
      return SqlTypeUtil.isBinary(type)
          ? new ByteString(bytes.getValueAs(BitString.class).getAsByteArray()).getBytes()
          : null;
    }
    if (node instanceof SqlUnknownLiteral time) {
      return time.tag.equals(type.getSqlTypeName().getName()) ? time.getValue() : null;
    }
    return node instanceof SqlLiteral literal
            && literal.getTypeName() == SqlTypeName.BOOLEAN
            && SqlTypeUtil.isBoolean(type)
        ? literal.getValueAs(Boolean.class)
        : null;
  }
}

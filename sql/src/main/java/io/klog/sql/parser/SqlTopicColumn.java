package io.klog.sql.parser;

import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSpecialOperator;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;

/** A column that CREATE TOPIC declares: {@code name type [KEY] [NOT NULL]}. */
public final class SqlTopicColumn extends SqlCall {
  private static final SqlOperator OPERATOR =
      new SqlSpecialOperator("TOPIC COLUMN", SqlKind.COLUMN_DECL);

  private final SqlIdentifier name;
  private final SqlDataTypeSpec type;
  private final boolean key;

  SqlTopicColumn(SqlParserPos pos, SqlIdentifier name, SqlDataTypeSpec type, boolean key) {
    super(pos);
    this.name = name;
    this.type = type;
    this.key = key;
  }

  public SqlIdentifier name() {
    return name;
  }

  /** The type; its {@code getNullable()} says whether NOT NULL stood there. */
  public SqlDataTypeSpec type() {
    return type;
  }

  /** Whether the column is kept in the record's key. */
  public boolean isKey() {
    return key;
  }

  @Override
  public SqlOperator getOperator() {
    return OPERATOR;
  }

  @Override
  public List<SqlNode> getOperandList() {
    return List.of(name, type);
  }

  @Override
  public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
    name.unparse(writer, 0, 0);
    type.unparse(writer, 0, 0);
    if (key) {
      writer.keyword("KEY");
    }
    if (Boolean.FALSE.equals(type.getNullable())) {
      writer.keyword("NOT NULL");
    }
  }
}

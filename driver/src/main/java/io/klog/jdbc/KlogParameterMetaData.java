package io.klog.jdbc;

import io.klog.sql.ParameterInfo;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.util.List;

/** The parameters of a statement. */
final class KlogParameterMetaData implements ParameterMetaData, Unwrappable {
  private final List<ParameterInfo> parameters;

  KlogParameterMetaData(List<ParameterInfo> parameters) {
    this.parameters = parameters;
  }

  private ParameterInfo info(int index) throws SQLException {
    if (index < 1 || index > parameters.size()) {
      throw SqlExceptions.of(
          SqlExceptions.NO_SUCH_INDEX,
          "there is no parameter " + index + ": the statement has " + parameters.size());
    }
    return parameters.get(index - 1);
  }

  @Override
  public int getParameterCount() {
    return parameters.size();
  }

  @Override
  public int getParameterType(int index) throws SQLException {
    return info(index).type().getVendorTypeNumber();
  }

  @Override
  public String getParameterTypeName(int index) throws SQLException {
    return info(index).typeName();
  }

  @Override
  public String getParameterClassName(int index) throws SQLException {
    ParameterInfo info = info(index);
    return ColumnKind.of(info.type(), info.typeName()).jdbcClass().getName();
  }

  @Override
  public int getPrecision(int index) throws SQLException {
    return info(index).precision();
  }

  @Override
  public int getScale(int index) throws SQLException {
    return info(index).scale();
  }

  @Override
  public int isNullable(int index) throws SQLException {
    return info(index).nullable() ? parameterNullable : parameterNoNulls;
  }

  @Override
  public boolean isSigned(int index) throws SQLException {
    return switch (info(index).type()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DECIMAL, NUMERIC, REAL, FLOAT, DOUBLE -> true;
      default -> false;
    };
  }

  @Override
  public int getParameterMode(int index) throws SQLException {
    info(index);
    return parameterModeIn;
  }
}

package io.klog.sql;

import java.sql.JDBCType;

/** What a {@code ?} of a statement takes. */
public record ParameterInfo(
    JDBCType type, String typeName, int precision, int scale, boolean nullable) {}

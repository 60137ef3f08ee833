package io.klog.sql;

import io.klog.Snapshot;
import io.klog.Topic;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Up to where an execution deletes.
 *
 * @param values gives a row: the offset, and the partition
 * @param all whether everything goes that is there by then, whatever the offset
 * @param including whether the record at the offset goes, too
 * @param onePartition whether the row's partition counts
 */
record DeletionBounds(Operator values, boolean all, boolean including, boolean onePartition) {
  /** A query for the row. Absent values are 0. */
  static SqlNode query(
      @Nullable SqlNode offset,
      boolean including,
      @Nullable SqlNode partition,
      SqlParserPos position) {
    SqlNode whole = offset;
    if (offset != null && !(offset instanceof SqlDynamicParam)) {
      // offset < 7.5 and offset < 8 are the same; a parameter has to be a whole number.
      whole =
          (including ? SqlStdOperatorTable.FLOOR : SqlStdOperatorTable.CEIL)
              .createCall(position, offset);
    }
    return new SqlSelect(
        position,
        null,
        SqlNodeList.of(
            cast(whole, SqlTypeName.BIGINT, position),
            cast(partition, SqlTypeName.INTEGER, position)),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static SqlNode cast(@Nullable SqlNode value, SqlTypeName type, SqlParserPos position) {
    return SqlStdOperatorTable.CAST.createCall(
        position,
        value == null ? SqlLiteral.createExactNumeric("0", position) : value,
        new SqlDataTypeSpec(new SqlBasicTypeNameSpec(type, position), position));
  }

  /**
   * The offsets of the oldest records to keep, by partition.
   *
   * @throws SqlFault when there is no such partition
   */
  long[] beforeOffsets(Topic topic, Execution execution) {
    long[] before = new long[topic.partitions()];
    try (RowCursor row = values.open(execution)) {
      if (!row.next() || row.isNull(0) || row.isNull(1)) {
        return before; // no offset is less than NULL
      }
      long offset = all ? Long.MAX_VALUE : row.getLong(0);
      if (including && offset < Long.MAX_VALUE) {
        offset++;
      }
      if (onePartition) {
        before[InsertRow.partition(topic, row.getLong(1))] = offset;
      } else {
        Arrays.fill(before, offset);
      }
    }
    return all ? asOfNow(before, topic, execution) : before;
  }

  /** What comes while this is done stays. */
  private static long[] asOfNow(long[] before, Topic topic, Execution execution) {
    Snapshot snapshot = execution.store().snapshot(List.of(topic));
    for (int p = 0; p < before.length; p++) {
      before[p] = Math.min(before[p], snapshot.endOffset(topic, p));
    }
    return before;
  }
}

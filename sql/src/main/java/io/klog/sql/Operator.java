package io.klog.sql;

/** A node of a plan that can be executed. Immutable: executions in many threads share it. */
interface Operator {
  RowCursor open(Execution execution);
}

package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Expects faults. */
final class Fault {
  private Fault() {}

  static SqlFault of(Executable work) {
    return assertThrows(SqlFault.class, work);
  }

  /** State and message. */
  static String text(Executable work) {
    SqlFault fault = of(work);
    return fault.sqlState() + " " + fault.getMessage();
  }
}

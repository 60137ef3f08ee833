package io.klog.sql;

import io.klog.LogStore;
import java.util.List;
import java.util.function.Consumer;

/** A statement that changes the catalog, at once and durably, whatever transaction is open. */
final class PreparedDdl extends Prepared {
  private final Consumer<LogStore> action;

  PreparedDdl(String sql, long catalogVersion, Consumer<LogStore> action) {
    super(new Head(sql, catalogVersion, List.of(), List.of()));
    this.action = action;
  }

  @Override
  public Kind kind() {
    return Kind.DDL;
  }

  @Override
  boolean isCheap() {
    return true;
  }

  void run(LogStore store) {
    action.accept(store);
  }
}

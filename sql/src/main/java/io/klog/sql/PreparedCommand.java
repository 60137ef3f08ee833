package io.klog.sql;

import java.util.List;

/** A statement about the session itself: a setting, the beginning or the end of a transaction. */
final class PreparedCommand extends Prepared {
  /** What it does to the session. */
  interface Action {
    void on(Session session, StatementControl control);
  }

  private final Action action;

  PreparedCommand(String sql, long catalogVersion, Action action) {
    super(new Head(sql, catalogVersion, List.of(), List.of()));
    this.action = action;
  }

  @Override
  public Kind kind() {
    return Kind.SESSION;
  }

  @Override
  boolean isCheap() {
    return true;
  }

  void run(Session session, StatementControl control) {
    action.on(session, control);
  }
}

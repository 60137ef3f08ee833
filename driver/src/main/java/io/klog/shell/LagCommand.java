package io.klog.shell;

import java.io.IOException;
import java.sql.SQLException;

/** {@code .lag}. */
final class LagCommand implements DotCommand {
  private static final String LAG =
      "SELECT group_id, topic, partition_id, current_offset, log_end_offset, records_lag, member_id"
          + " FROM klog.consumer_lag";

  @Override
  public String name() {
    return "lag";
  }

  @Override
  public String arguments() {
    return "[GROUP]";
  }

  @Override
  public String help() {
    return "how far consumer groups are behind, partition by partition";
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.GROUP : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    arguments.require(this, 0, 1);
    String where =
        arguments.size() == 0 ? "" : " WHERE group_id = " + SqlText.text(arguments.get(0));
    shell.statement(LAG + where + " ORDER BY group_id, topic, partition_id");
  }
}

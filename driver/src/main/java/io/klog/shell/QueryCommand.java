package io.klog.shell;

import java.io.IOException;
import java.sql.SQLException;

/** A command that is short for a query. */
final class QueryCommand implements DotCommand {
  private final String name;
  private final String help;
  private final String query;

  QueryCommand(String name, String help, String query) {
    this.name = name;
    this.help = help;
    this.query = query;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String help() {
    return help;
  }

  @Override
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    arguments.require(this, 0, 0);
    shell.statement(query);
  }
}

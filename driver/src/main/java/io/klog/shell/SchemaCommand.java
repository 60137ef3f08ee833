package io.klog.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** {@code .schema}. */
@SuppressWarnings("try") // a statement's registration is there to be closed
final class SchemaCommand implements DotCommand {
  @Override
  public String name() {
    return "schema";
  }

  @Override
  public String arguments() {
    return "[NAME]";
  }

  @Override
  public String help() {
    return "the statements that make the topics and views, or one of them";
  }

  @Override
  public ArgumentKind argument(int index) {
    return index == 0 ? ArgumentKind.TOPIC : ArgumentKind.NONE;
  }

  @Override
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    arguments.require(this, 0, 1);
    Names names = new Names(shell.connection());
    String wanted = arguments.size() == 0 ? null : TopicColumns.withoutSchema(arguments.get(0));
    List<String> statements = new ArrayList<>();
    for (String topic : names.topics()) {
      if (wanted == null || topic.equalsIgnoreCase(wanted)) {
        statements.add("SHOW CREATE TOPIC " + SqlText.name(topic));
      }
    }
    for (String view : names.views()) {
      if (wanted == null || view.equalsIgnoreCase(wanted)) {
        statements.add("SHOW CREATE VIEW " + SqlText.name(view));
      }
    }
    if (statements.isEmpty() && wanted != null) {
      throw new CommandException("there is no topic and no view " + wanted);
    }
    for (String statement : statements) {
      print(shell, statement);
    }
  }

  private static void print(Shell shell, String sql) throws SQLException {
    PrintWriter out = shell.screen().out();
    try (Statement statement = shell.connection().createStatement();
        Interruption.Registration running = shell.interruption().running(statement);
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        out.println(SqlText.ended(rows.getString(1)));
      }
    }
  }
}

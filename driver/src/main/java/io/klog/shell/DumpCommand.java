package io.klog.shell;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** {@code .dump}. */
final class DumpCommand implements DotCommand {
  @Override
  public String name() {
    return "dump";
  }

  @Override
  public String arguments() {
    return "[TOPIC...]";
  }

  @Override
  public String help() {
    return "the SQL that makes the database, or some of its topics, again";
  }

  @Override
  public ArgumentKind argument(int index) {
    return ArgumentKind.TOPIC;
  }

  /** All that a dump tells is of one moment, whoever writes meanwhile. */
  @Override
  @SuppressWarnings("try") // what is there to be closed
  public void run(Shell shell, Arguments arguments)
      throws SQLException, IOException, CommandException {
    Connection connection = shell.connection();
    List<String> topics = arguments.words();
    if (!connection.getAutoCommit()) {
      new Dump(shell, topics).run(); // it is the user's transaction that says what is seen
      return;
    }
    int isolation = connection.getTransactionIsolation();
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (SqlCloseable back = () -> connection.setTransactionIsolation(isolation);
        AllOrNothing moment = new AllOrNothing(connection)) {
      new Dump(shell, topics).run();
    }
  }
}

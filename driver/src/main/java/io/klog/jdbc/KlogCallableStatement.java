package io.klog.jdbc;

import io.klog.sql.PreparedSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CALL, or any other statement, whose parameters can be set by the names that they have. */
final class KlogCallableStatement extends OutParameters {
  KlogCallableStatement(KlogConnection connection, PreparedSql statement, ResultColumns columns) {
    super(connection, statement, columns);
  }

  @Override
  int index(@Nullable String name) throws SQLException {
    checkOpen();
    List<@Nullable String> names = parameterNames();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String here = names.get(i);
      if (here != null) {
        if (here.equalsIgnoreCase(name)) {
          return i + 1;
        }
        known.add(here);
      }
    }
    throw SqlExceptions.of(
        SqlExceptions.NO_SUCH_INDEX,
        "there is no parameter '"
            + name
            + "'; the statement has "
            + (known.isEmpty() ? "none with a name" : String.join(", ", known)));
  }
}

package io.klog.sql;

import io.klog.Suggestion;
import io.klog.sql.PreparedCommand.Action;
import io.klog.sql.parser.SqlTransaction;
import java.util.Arrays;
import java.util.List;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSetOption;

/** Plans SET, RESET, SHOW of a setting, and the statements that begin and end transactions. */
final class CommandPlanner {
  private static final String ALL = "ALL";

  private CommandPlanner() {}

  static Action setOption(SqlSetOption option) {
    if (option.getScope() != null) {
      throw Faults.at(
          option.getParserPosition(),
          Faults.NOT_SUPPORTED,
          "settings are the session's own: write SET or RESET, without ALTER");
    }
    SqlIdentifier name = (SqlIdentifier) option.name();
    SqlNode value = option.getValue();
    if (value == null && name.isSimple() && name.getSimple().equals(ALL)) {
      return (session, control) -> session.resetAll();
    }
    Setting setting = setting(name);
    if (value == null) {
      return (session, control) -> session.reset(setting);
    }
    SessionSettings changed = setting.set(SessionSettings.DEFAULTS, text(value));
    if (changed == null) {
      throw Faults.at(
          value.getParserPosition(),
          Faults.INVALID_ARGUMENT,
          setting.key() + " is '" + text(value) + "': expected " + setting.expected());
    }
    String text = setting.text(changed);
    return (session, control) -> session.set(setting, text);
  }

  private static Setting setting(SqlIdentifier name) {
    return setting(name, "there is no setting '" + name + "'; there are " + Setting.keys());
  }

  private static Setting setting(SqlIdentifier name, String otherwise) {
    Setting setting = Setting.of(String.join(".", name.names));
    if (setting == null) {
      List<String> keys = Arrays.stream(Setting.values()).map(Setting::key).toList();
      throw Faults.at(
          name.getParserPosition(),
          Faults.UNKNOWN_OBJECT,
          otherwise + Suggestion.of(String.join(".", name.names), keys));
    }
    return setting;
  }

  /** As written: a bare word, a string, a number. */
  private static String text(SqlNode value) {
    if (value instanceof SqlIdentifier word) {
      return word.toString();
    }
    String text = ((SqlLiteral) value).toValue();
    return text == null ? "NULL" : text;
  }

  /** A query for the value of a setting; the name is klog's own, so it cannot break out. */
  static String show(SqlIdentifier name) {
    Setting setting =
        setting(
            name,
            "there is no '"
                + name
                + "' to show; there are TOPICS, VIEWS, COLUMNS FROM a topic, CREATE TOPIC or VIEW"
                + " of a name, CONSUMER GROUPS, and ALL settings or one of them: "
                + Setting.keys());
    return "SELECT value FROM klog.settings WHERE name = '" + setting.key() + "'";
  }

  static Action transaction(SqlTransaction statement) {
    String name = statement.savepoint();
    return switch (statement.action()) {
      case BEGIN -> (session, control) -> session.transaction().begin();
      case COMMIT -> (session, control) -> session.transaction().commitAsStatement(control);
      case ROLLBACK ->
          (session, control) -> {
            session.transaction().requireNoAutoCommit("ROLLBACK");
            session.rollback();
          };
      case SAVEPOINT -> (session, control) -> session.savepoint(name);
      case ROLLBACK_TO ->
          (session, control) -> session.rollbackTo(session.transaction().savepointNamed(name));
      case RELEASE ->
          (session, control) -> session.release(session.transaction().savepointNamed(name));
    };
  }
}

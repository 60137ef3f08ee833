package io.klog.sql;

/**
 * A value that is none of the type that a column has. It has no stack trace: among records that
 * others wrote there may be one in each.
 */
final class Misfit extends Exception {
  private static final long serialVersionUID = 1;

  private static final int MAX_SHOWN = 80;

  private final String sqlState;

  Misfit(String sqlState, String message) {
    super(message, null, false, false);
    this.sqlState = sqlState;
  }

  String sqlState() {
    return sqlState;
  }

  /** Something else than what is wanted. */
  static Misfit shape(String found) {
    return new Misfit("22018", shown(found) + " was found");
  }

  static Misfit range(String found) {
    return new Misfit("22003", shown(found) + " is out of range");
  }

  static Misfit length(String found) {
    return new Misfit("22001", shown(found) + " is too long");
  }

  static Misfit character(String found) {
    return new Misfit("22021", found + " is half of a surrogate pair, and no character");
  }

  static Misfit time(String found) {
    return new Misfit("22007", shown(found) + " was found");
  }

  /** As much of it as a message has room for. */
  private static String shown(String found) {
    return found.length() <= MAX_SHOWN ? found : found.substring(0, MAX_SHOWN) + "...";
  }
}

package io.klog.engine;

/**
 * Which files are open in this JVM, under whatever class loader: kept where all of them see it, for
 * even a second opening that is refused would, by being closed, drop the locks of the first.
 */
final class OpenFiles {
  private static final String PREFIX = "io.klog.open.";

  private OpenFiles() {}

  /** False when it is open already. */
  static boolean add(Object identity) {
    return System.getProperties().putIfAbsent(PREFIX + identity, "") == null;
  }

  static boolean contains(Object identity) {
    return System.getProperties().containsKey(PREFIX + identity);
  }

  static void remove(Object identity) {
    System.getProperties().remove(PREFIX + identity);
  }
}

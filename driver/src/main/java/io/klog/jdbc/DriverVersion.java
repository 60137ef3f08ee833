package io.klog.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of this build, from a resource that the build fills in: the same in every jar. */
final class DriverVersion {
  static final String TEXT = read();
  static final int MAJOR = part(1);
  static final int MINOR = part(2);

  private DriverVersion() {}

  private static String read() {
    try (InputStream resource = DriverVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      if (resource != null) {
        properties.load(resource);
      }
      return properties.getProperty("version", "0.0");
    } catch (IOException e) {
      return "0.0"; // not worth failing a connection for
    }
  }

  private static int part(int group) {
    Matcher numbers = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*").matcher(TEXT);
    return numbers.matches() ? Integer.parseInt(numbers.group(group)) : 0;
  }
}

package io.klog.jdbc;

import io.klog.SyncLevel;
import io.klog.sql.SessionSettings;
import io.klog.sql.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A connection property: {@code ?name=value} in the URL, or a java.util.Properties entry. */
final class ConnectionProperty<T> {
  static final ConnectionProperty<SyncLevel> SYNC =
      choice(
          "sync",
          SyncLevel.FULL,
          "What a commit waits for: full, it is durable; normal, durable by the next checkpoint;"
              + " off, never waits for the device");

  static final ConnectionProperty<OpenMode> MODE =
      choice(
          "mode",
          OpenMode.RWC,
          "rwc reads, writes and creates the file; rw wants it there; ro only reads");

  static final ConnectionProperty<Integer> BUSY_TIMEOUT =
      new ConnectionProperty<>(
          "busy_timeout",
          5000,
          "5000",
          "How long to wait for another writer, in milliseconds",
          List.of(),
          "milliseconds from 0 to " + Integer.MAX_VALUE,
          text -> inRange(parseLong(text), 0, Integer.MAX_VALUE));

  static final ConnectionProperty<Integer> MAX_RECORD_SIZE =
      new ConnectionProperty<>(
          "max_record_size",
          16 << 20,
          "16M",
          "The longest record that may be inserted, in bytes, or with k or M behind the number",
          List.of(),
          "bytes from 1k to "
              + (StoreOpener.GREATEST_RECORD_BYTES >> 20)
              + "M, as in 65536, 64k or 16M",
          text -> inRange(parseBytes(text), 1 << 10, StoreOpener.GREATEST_RECORD_BYTES));

  static final ConnectionProperty<Boolean> EXCLUSIVE =
      new ConnectionProperty<>(
          "exclusive",
          false,
          "false",
          "true keeps other processes from opening the file for writing; a network file system,"
              + " whose locks cannot be trusted, needs it",
          List.of("true", "false"),
          "true or false",
          ConnectionProperty::parseBoolean);

  static final ConnectionProperty<String> AUTO_OFFSET_RESET = of(Setting.AUTO_OFFSET_RESET);

  static final ConnectionProperty<String> MAX_POLL_INTERVAL = of(Setting.MAX_POLL_INTERVAL);

  static final ConnectionProperty<String> POLL_TIMEOUT = of(Setting.POLL_TIMEOUT);

  static final List<ConnectionProperty<?>> ALL =
      List.of(
          SYNC,
          MODE,
          BUSY_TIMEOUT,
          MAX_RECORD_SIZE,
          EXCLUSIVE,
          AUTO_OFFSET_RESET,
          MAX_POLL_INTERVAL,
          POLL_TIMEOUT);

  /** Returns null for text it cannot take. */
  private interface Parser<T> {
    @Nullable T parse(String text);
  }

  private static final Pattern BYTES = Pattern.compile("([0-9]{1,18})([kKmM]?)");

  private final String name;
  private final T defaultValue;
  private final String defaultText;
  private final String description;
  private final List<String> choices;
  private final String expected;
  private final Parser<T> parser;

  private ConnectionProperty(
      String name,
      T defaultValue,
      String defaultText,
      String description,
      List<String> choices,
      String expected,
      Parser<T> parser) {
    this.name = name;
    this.defaultValue = defaultValue;
    this.defaultText = defaultText;
    this.description = description;
    this.choices = choices;
    this.expected = expected;
    this.parser = parser;
  }

  String name() {
    return name;
  }

  T defaultValue() {
    return defaultValue;
  }

  String defaultText() {
    return defaultText;
  }

  String description() {
    return description;
  }

  /** The allowed values where they can be listed, else empty. */
  List<String> choices() {
    return choices;
  }

  /** What a value must look like, to complete "expected ...". */
  String expected() {
    return expected;
  }

  /** The value, or null where the text is none. */
  @Nullable T parse(String text) {
    return parser.parse(text.strip());
  }

  private static <E extends Enum<E>> ConnectionProperty<E> choice(
      String name, E defaultValue, String description) {
    E[] constants = defaultValue.getDeclaringClass().getEnumConstants();
    List<String> choices = Arrays.stream(constants).map(ConnectionProperty::lower).toList();
    return new ConnectionProperty<>(
        name,
        defaultValue,
        lower(defaultValue),
        description,
        choices,
        "one of " + String.join(", ", choices),
        text -> {
          int index = choices.indexOf(text.toLowerCase(Locale.ROOT));
          return index < 0 ? null : constants[index];
        });
  }

  /** What the session begins with; SET changes it. The value is the setting's text. */
  static ConnectionProperty<String> of(Setting setting) {
    String initial = setting.text(SessionSettings.DEFAULTS);
    return new ConnectionProperty<>(
        setting.key(),
        initial,
        initial,
        setting.description(),
        setting.choices(),
        setting.expected(),
        text -> {
          SessionSettings settings = setting.set(SessionSettings.DEFAULTS, text);
          return settings == null ? null : setting.text(settings);
        });
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Boolean parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static long parseLong(String text) {
    Matcher number = BYTES.matcher(text);
    return number.matches() && number.group(2).isEmpty() ? Long.parseLong(number.group(1)) : -1;
  }

  private static long parseBytes(String text) {
    Matcher number = BYTES.matcher(text);
    if (!number.matches()) {
      return -1;
    }
    long unit =
        switch (number.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 1 << 10;
          case "m" -> 1 << 20;
          default -> 1;
        };
    long count = Long.parseLong(number.group(1));
    return count > Long.MAX_VALUE / unit ? -1 : count * unit;
  }

  private static @Nullable Integer inRange(long value, int least, int greatest) {
    return value < least || value > greatest ? null : Integer.valueOf((int) value);
  }
}

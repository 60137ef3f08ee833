package io.klog.sql;

import io.klog.OffsetReset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of the {@link SessionSettings}, by the name and as the text that people know it by. */
public enum Setting {
  AUTO_OFFSET_RESET(
      "auto.offset.reset",
      "Where a consumer group begins that has no position: earliest, at the oldest record; latest,"
          + " with what comes later; none, an error",
      "earliest, latest or none") {
    @Override
    public String text(SessionSettings settings) {
      return lower(settings.autoOffsetReset());
    }

    @Override
    public @Nullable SessionSettings set(SessionSettings settings, String text) {
      for (OffsetReset reset : OffsetReset.values()) {
        if (lower(reset).equalsIgnoreCase(text.strip())) {
          return settings.withAutoOffsetReset(reset);
        }
      }
      return null;
    }

    @Override
    public List<String> choices() {
      return Arrays.stream(OffsetReset.values()).map(Setting::lower).toList();
    }
  },

  MAX_POLL_INTERVAL(
      "max.poll.interval.ms",
      "How long a group's member may take from one row to the next before others take over, in"
          + " milliseconds",
      "milliseconds from 1 on") {
    @Override
    public String text(SessionSettings settings) {
      return Long.toString(settings.maxPollIntervalMillis());
    }

    @Override
    public @Nullable SessionSettings set(SessionSettings settings, String text) {
      Long millis = number(text);
      return millis == null || millis < 1 ? null : settings.withMaxPollIntervalMillis(millis);
    }
  },

  POLL_TIMEOUT(
      "poll.timeout",
      "How long next() of a SELECT STREAM waits for a row, in milliseconds; -1, for ever",
      "milliseconds from 0 on, or -1 to wait for ever") {
    @Override
    public String text(SessionSettings settings) {
      return Long.toString(settings.pollTimeoutMillis());
    }

    @Override
    public @Nullable SessionSettings set(SessionSettings settings, String text) {
      Long millis = number(text);
      return millis == null || millis < SessionSettings.WAIT_FOR_EVER
          ? null
          : settings.withPollTimeoutMillis(millis);
    }
  };

  // More milliseconds than there will be: a number of nanoseconds still fits a long.
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,12}");

  private final String key;
  private final String description;
  private final String expected;

  Setting(String key, String description, String expected) {
    this.key = key;
    this.description = description;
    this.expected = expected;
  }

  /** The name, of words with dots between. */
  public String key() {
    return key;
  }

  public String description() {
    return description;
  }

  /** The values where they can be listed, else empty. */
  public List<String> choices() {
    return List.of();
  }

  /** What a value must look like, to complete "expected ...". */
  public String expected() {
    return expected;
  }

  /** The value that it has there. */
  public abstract String text(SessionSettings settings);

  /** These settings with this one changed; null where the text is no value of it. */
  public abstract @Nullable SessionSettings set(SessionSettings settings, String text);

  /** The setting of that name, whatever the case; or null. */
  static @Nullable Setting of(String key) {
    for (Setting setting : values()) {
      if (setting.key.equalsIgnoreCase(key)) {
        return setting;
      }
    }
    return null;
  }

  static String keys() {
    return Arrays.stream(values()).map(Setting::key).collect(Collectors.joining(", "));
  }

  private static String lower(OffsetReset reset) {
    return reset.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Long number(String text) {
    String digits = text.strip();
    return NUMBER.matcher(digits).matches() ? Long.valueOf(digits) : null;
  }
}

package io.klog.shell;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file, one after the other. What a record has for a field is null, a String, a
 * Long, a Boolean, a {@link JsonNumber}, or a List or Map of these.
 */
interface RecordSource {
  /** A number that is no Long, as it is written, so that no digit is lost. */
  record JsonNumber(String text) {
    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Goes to the next record.
   *
   * @return false behind the last
   * @throws CommandException what is wrong with the file, and in which line
   */
  boolean next() throws IOException, CommandException;

  /** The line that the record begins in, counted from 1. */
  long line();

  /** The names of the record's fields, in order; null where the file does not tell any. */
  @Nullable List<String> names();

  /** What the fields of the record are, in the order of their names. */
  List<@Nullable Object> values();

  /** The record as a JSON object; its fields are {@link #numbered} where they have no names. */
  String json() throws IOException;

  /** Names for fields that have none: c1, c2 and so on. */
  static List<String> numbered(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "c" + i).toList();
  }
}

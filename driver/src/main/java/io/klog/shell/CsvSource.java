package io.klog.shell;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CSV as RFC 4180 has it. A field without quotes and without a character is NULL, one of two quotes
 * is an empty string. An empty line is none, but where there is one column: there it is a NULL.
 */
final class CsvSource implements RecordSource {
  private static final CsvFactory CSV =
      CsvFactory.builder()
          .enable(CsvParser.Feature.EMPTY_UNQUOTED_STRING_AS_NULL)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String file;
  private final CsvParser parser;
  private final @Nullable List<String> names;
  private final List<@Nullable Object> values = new ArrayList<>();
  private int width;
  private long line;
  private boolean any;

  /**
   * Reads the header, if there is to be one.
   *
   * @param file its name, for messages
   */
  CsvSource(String file, Reader reader, char delimiter, boolean header)
      throws IOException, CommandException {
    this.file = file;
    this.parser = CSV.createParser(withoutMark(reader));
    parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(delimiter));
    this.names = header ? header() : null;
  }

  /** What stands behind the mark that some programs begin a file with: a quote, perhaps. */
  private Reader withoutMark(Reader reader) throws IOException, CommandException {
    BufferedReader text = new BufferedReader(reader);
    text.mark(1);
    try {
      if (text.read() != BYTE_ORDER_MARK) {
        text.reset();
      }
    } catch (CharacterCodingException e) {
      throw notUtf8(e);
    }
    return text;
  }

  private CommandException notUtf8(CharacterCodingException e) {
    return new CommandException(
        file + ", in line " + (line + 1) + " or behind it: there are bytes that are not UTF-8", e);
  }

  private List<String> header() throws IOException, CommandException {
    if (!next()) {
      throw new CommandException(
          file + " is empty: expected a header with the names of the columns");
    }
    List<String> header = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Object value : values) {
      String name = value == null ? "" : value.toString().strip();
      if (name.isEmpty()) {
        throw at("column " + (header.size() + 1) + " has no name in the header");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw at("the header has the column '" + name + "' twice");
      }
      header.add(name);
    }
    return List.copyOf(header);
  }

  @Override
  public boolean next() throws IOException, CommandException {
    try {
      return read();
    } catch (JsonProcessingException e) {
      throw at(
          e.getOriginalMessage().startsWith("Missing closing quote")
              ? "a quote is opened in the record that begins here, and never closed"
              : e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw notUtf8(e);
    }
  }

  private boolean read() throws IOException, CommandException {
    do {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return false;
      }
      values.clear();
      line = parser.currentLocation().getLineNr();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        values.add(token == JsonToken.VALUE_NULL ? null : parser.getText());
      }
    } while (width != 1 && (values.isEmpty() || (values.size() == 1 && values.get(0) == null)));
    if (!any) {
      any = true;
      width = values.size();
    } else if (values.isEmpty()) {
      values.add(null);
    }
    if (values.size() != width) {
      throw at(
          "expected " + width + " fields, as there are in the first line, found " + values.size());
    }
    return true;
  }

  private CommandException at(String what) {
    return new CommandException(file + ", line " + line + ": " + what);
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public @Nullable List<String> names() {
    return names;
  }

  @Override
  public List<@Nullable Object> values() {
    return values;
  }

  @Override
  public String json() throws IOException {
    List<String> fields = names == null ? RecordSource.numbered(values.size()) : names;
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Values.JSON.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < values.size(); i++) {
        Object value = values.get(i);
        json.writeStringField(fields.get(i), value == null ? null : value.toString());
      }
      json.writeEndObject();
    }
    return text.toString();
  }
}

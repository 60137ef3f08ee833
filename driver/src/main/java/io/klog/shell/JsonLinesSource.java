package io.klog.shell;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object on each line; empty lines are none. */
final class JsonLinesSource implements RecordSource {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final String file;
  private final BufferedReader lines;
  private String text = "";
  private long line;

  // The same list for as long as records have the same fields.
  private List<String> names = List.of();
  private final List<String> found = new ArrayList<>();
  private final List<@Nullable Object> values = new ArrayList<>();

  /**
   * @param file its name, for messages
   */
  JsonLinesSource(String file, Reader reader) {
    this.file = file;
    this.lines = reader instanceof BufferedReader lines ? lines : new BufferedReader(reader);
  }

  @Override
  public boolean next() throws IOException, CommandException {
    try {
      do {
        String next = lines.readLine();
        if (next == null) {
          return false;
        }
        line++;
        text = line == 1 && next.startsWith("\uFEFF") ? next.substring(1) : next;
      } while (text.isBlank());
      parse();
    } catch (JsonParseException e) {
      throw at("column " + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage());
    } catch (JsonProcessingException e) { // deeper, or a longer number, than there is any use for
      throw at(e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw new CommandException(
          file + ", in line " + (line + 1) + " or behind it: there are bytes that are not UTF-8",
          e);
    }
    return true;
  }

  private void parse() throws IOException, CommandException {
    found.clear();
    values.clear();
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw at("expected a JSON object, found " + beginning());
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        found.add(parser.currentName());
        parser.nextToken();
        values.add(value(parser));
      }
      if (parser.nextToken() != null) {
        throw at("expected one JSON object in the line, found more behind it");
      }
    }
    if (!found.equals(names)) {
      names = List.copyOf(found);
    }
  }

  private String beginning() {
    return Width.cut(Width.printable(text.strip()), 20, "...");
  }

  private CommandException at(String what) {
    return new CommandException(file + ", line " + line + ": " + what);
  }

  /** The value that the parser stands at, to its end. */
  static @Nullable Object value(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case VALUE_NULL -> {
        return null;
      }
      case VALUE_TRUE -> {
        return true;
      }
      case VALUE_FALSE -> {
        return false;
      }
      case VALUE_NUMBER_INT -> {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          return new JsonNumber(parser.getText());
        }
        return parser.getLongValue();
      }
      case VALUE_NUMBER_FLOAT -> {
        return new JsonNumber(parser.getText());
      }
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        return elements;
      }
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser));
        }
        return members;
      }
      default -> {
        return parser.getText();
      }
    }
  }

  /** The value that is all of a text. */
  static @Nullable Object value(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new JsonParseException(parser, "there is nothing");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "there is more behind it");
      }
      return value;
    }
  }

  /** What {@link #value} gave, as a text again. */
  static String text(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value instanceof List<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> members) {
      json.writeStartObject();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        json.writeFieldName(String.valueOf(member.getKey()));
        write(json, member.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof JsonNumber number) {
      json.writeNumber(number.text());
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public List<@Nullable Object> values() {
    return values;
  }

  /** As it is written in the file. */
  @Override
  public String json() {
    return text.strip();
  }
}

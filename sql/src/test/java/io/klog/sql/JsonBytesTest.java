package io.klog.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken for a JSON object, and what its members are, is what Jackson says. */
class JsonBytesTest {
  private static final int DOCUMENTS = 20_000;
  private static final JsonFactory JACKSON = new JsonFactory();

  private final JsonMembers members = new JsonMembers(JsonMembers.inUtf8(List.of("a", "b\u00e9")));

  /**
   * The texts of the two members as Jackson has them; null where it takes the text for none. What
   * is no UTF-8, and so no JSON, it takes where it is only too long or a surrogate: Java does not.
   */
  private static @Nullable List<String> byJackson(byte[] in, int start, int end) {
    String[] found = {"-", "-"};
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in, start, end - start));
    } catch (CharacterCodingException e) {
      return null;
    }
    try (JsonParser parser = JACKSON.createParser(in, start, end - start)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        String text = text(parser);
        if (name.equals("a") || name.equals("b\u00e9")) {
          found[name.equals("a") ? 0 : 1] = text;
        }
      }
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null
          ? List.of(found)
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The value at which the parser stands, written anew. */
  private static String text(JsonParser parser) throws IOException {
    if (!parser.currentToken().isStructStart()) {
      return parser.currentToken() == JsonToken.VALUE_STRING
          ? "'" + parser.getText() + "'"
          : parser.getText();
    }
    StringBuilder text = new StringBuilder();
    int depth = 0;
    do {
      depth += parser.currentToken().isStructStart() ? 1 : 0;
      depth -= parser.currentToken().isStructEnd() ? 1 : 0;
      text.append(parser.getText()).append(' ');
      if (depth > 0) {
        parser.nextToken();
      }
    } while (depth > 0);
    return text.toString();
  }

  private @Nullable List<String> byMembers(byte[] in, int start, int end) throws IOException {
    if (members.find(in, start, end) < 0) {
      return null;
    }
    return List.of(memberText(in, 0), memberText(in, 1));
  }

  private String memberText(byte[] in, int member) throws IOException {
    if (members.start(member) < 0) {
      return "-";
    }
    int start = members.start(member);
    int end = members.end(member);
    if (in[start] == '"') {
      return "'" + JsonReader.text(in, start + 1, end - 1) + "'";
    }
    try (JsonParser parser = JACKSON.createParser(in, start, end - start)) {
      parser.nextToken();
      return text(parser);
    }
  }

  @Test
  void randomAndDamagedTextsAreReadAsJacksonReadsThem() throws IOException {
    SplittableRandom random = Seed.of("JsonBytesTest").random();
    int objects = 0;
    for (int i = 0; i < DOCUMENTS; i++) {
      byte[] in = RandomJson.text(random).getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(3) == 0) {
        in = RandomJson.damaged(in, random);
      }
      List<String> expected = byJackson(in, 0, in.length);
      String shown = new String(in, StandardCharsets.ISO_8859_1);
      assertEquals(expected, byMembers(in, 0, in.length), "of " + shown);
      objects += expected == null ? 0 : 1;
    }
    assertTrue(objects > DOCUMENTS / 4 && objects < DOCUMENTS, objects + " objects");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{}x",
        "{} {}",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":nul",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":1}/**/",
        "\uFEFF{",
        "{\"a\":1]"
      })
  void isNoObject(String text) throws IOException {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    assertTrue(members.find(in, 0, in.length) < 0);
    assertEquals(null, byJackson(in, 0, in.length));
  }

  @Test
  void bytesAroundTheTextAreNotLookedAt() throws IOException {
    byte[] in = "{{\"a\":1}}".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("1", "-"), byMembers(in, 1, in.length - 1));
    for (int end = 1; end < in.length - 1; end++) {
      assertTrue(members.find(in, 1, end) < 0, "cut at " + end);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"E082AC", "EDA080", "F0808080", "F4908080", "C080", "FF", "E282", "80"})
  void bytesThatAreNoUtf8AreNoString(String hex) throws IOException {
    byte[] letter = HexFormat.of().parseHex(hex);
    byte[] in = "{\"c\":\"____\"}".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("-", "-"), byMembers(in, 0, in.length));
    System.arraycopy(letter, 0, in, 6, letter.length);
    assertEquals(null, byMembers(in, 0, in.length));
  }

  @Test
  void aByteOrderMarkIsSteppedOver() throws IOException {
    byte[] in = "\uFEFF {\"a\":1}".getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("1", "-"), byMembers(in, 0, in.length));
  }

  @Test
  void nestingHasALimitAndNeedsNoDeepStack() {
    for (int depth : new int[] {JsonScanner.MAX_DEPTH - 1, JsonScanner.MAX_DEPTH + 1, 5_000_000}) {
      byte[] in =
          ("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}")
              .getBytes(StandardCharsets.UTF_8);
      assertEquals(depth < JsonScanner.MAX_DEPTH, members.find(in, 0, in.length) >= 0);
    }
  }
}

package io.klog.sql.parser;

import java.util.HexFormat;
import org.apache.calcite.sql.SqlBinaryStringLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.util.BitString;

/**
 * A literal of bytes, {@code X'0d0a'}. Calcite goes by way of a BigInteger, from the digits and to
 * the bytes, which takes the square of the length: half a minute for 2 MB. The generated parser
 * calls this instead. Of a literal that goes on in the next line, Calcite makes one in its own way.
 */
final class HexLiteral extends SqlBinaryStringLiteral {
  private static final long serialVersionUID = 1L;

  private final String digits;

  /**
   * @throws NumberFormatException when something is no hexadecimal digit
   */
  HexLiteral(String digits, SqlParserPos position) {
    super(new Digits(digits), position);
    this.digits = digits;
  }

  @Override
  public HexLiteral clone(SqlParserPos position) {
    return new HexLiteral(digits, position);
  }

  private static final class Digits extends BitString {
    private final String digits;

    Digits(String digits) {
      super(bits(digits), digits.length() * 4);
      this.digits = digits;
    }

    /** Half a byte, which the validator refuses, is the first. */
    @Override
    public byte[] getAsByteArray() {
      return HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    }

    private static String bits(String digits) {
      StringBuilder bits = new StringBuilder(digits.length() * 4);
      for (int i = 0; i < digits.length(); i++) {
        int digit = HexFormat.fromHexDigit(digits.charAt(i));
        for (int bit = 8; bit > 0; bit >>= 1) {
          bits.append((digit & bit) == 0 ? '0' : '1');
        }
      }
      return bits.toString();
    }
  }
}

package io.klog.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void wordsStandInQuotesWhereTheyHoldBlanks() throws CommandException {
    Arguments arguments = new Arguments("  'my file.csv' \"say \"\"hi\"\"\" C:\\data\\it's  '' ");
    assertEquals(List.of("my file.csv", "say \"hi\"", "C:\\data\\it's", ""), arguments.words());
  }

  @Test
  void theTextFromAWordOnIsAsItWasWritten() throws CommandException {
    Arguments arguments = new Arguments(" orders  WHERE id = 'a  b' ");
    assertEquals("WHERE id = 'a  b'", arguments.from(1));
    assertEquals("", arguments.from(9));
  }

  @Test
  void aQuoteWithoutAnEndIsAnError() {
    assertEquals(
        "the quote ' is not closed: 'orders",
        assertThrows(CommandException.class, () -> new Arguments("x 'orders")).getMessage());
  }
}

package io.klog.shell;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** An object for each row, on a line of its own. */
final class JsonWriter implements RowWriter {
  private final PrintWriter out;
  private final Columns columns;
  private final JsonGenerator json;

  JsonWriter(PrintWriter out, Columns columns) {
    this.out = out;
    this.columns = columns;
    try {
      this.json = Values.JSON.createGenerator(out);
    } catch (IOException e) {
      throw new UncheckedIOException("nothing was written yet", e);
    }
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.setPrettyPrinter(new MinimalPrettyPrinter(""));
  }

  @Override
  public void row(ResultSet row) throws SQLException, IOException {
    json.writeStartObject();
    for (int i = 0; i < columns.count(); i++) {
      json.writeFieldName(columns.label(i));
      columns.write(json, row, i);
    }
    json.writeEndObject();
    json.flush();
    out.println();
  }
}

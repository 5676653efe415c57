package io.vignette.standalone.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** One JSON object a line. */
final class JsonLinesFormat implements RecordFormat {

  @Override
  public void write(List<CaptionRecord> records, Writer out) throws IOException {
    for (CaptionRecord record : records) {
      out.write(Json.WRITER.writeValueAsString(record));
      out.write('\n');
    }
  }

  @Override
  public List<CaptionRecord> read(Reader in) throws IOException {
    List<CaptionRecord> records = new ArrayList<>();
    BufferedReader lines = new BufferedReader(in);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        records.add(Json.READER.readValue(line));
      }
    }
    return records;
  }
}

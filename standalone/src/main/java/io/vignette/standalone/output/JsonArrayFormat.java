package io.vignette.standalone.output;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.List;

/** One JSON array, one record a line. */
final class JsonArrayFormat implements RecordFormat {

  @Override
  public void write(List<CaptionRecord> records, Writer out) throws IOException {
    out.write('[');
    String separator = "\n";
    for (CaptionRecord record : records) {
      out.write(separator);
      out.write(Json.WRITER.writeValueAsString(record));
      separator = ",\n";
    }
    out.write("\n]\n");
  }

  @Override
  public List<CaptionRecord> read(Reader in) throws IOException {
    try (MappingIterator<CaptionRecord> records = Json.READER.readValues(in)) {
      return records.readAll();
    }
  }
}

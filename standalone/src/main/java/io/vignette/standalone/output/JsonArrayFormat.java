package io.vignette.standalone.output;

import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.List;

/** One JSON array, one record a line. */
final class JsonArrayFormat implements RecordFormat {

  @Override
  public RecordWriter begin(Writer out, List<String> questions) throws IOException {
    out.write('[');
    return new RecordWriter() {
      private String separator = "\n";

      @Override
      public void write(CaptionRecord record) throws IOException {
        out.write(separator);
        out.write(Json.WRITER.writeValueAsString(record));
        separator = ",\n";
      }

      @Override
      public void end() throws IOException {
        out.write("\n]\n");
      }
    };
  }

  @Override
  public void read(Reader in, RecordSink sink) throws IOException, OutputException {
    try (MappingIterator<CaptionRecord> records = Json.READER.readValues(in)) {
      while (records.hasNextValue()) {
        sink.accept(records.nextValue());
      }
    }
  }
}

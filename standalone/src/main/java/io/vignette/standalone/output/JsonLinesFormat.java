package io.vignette.standalone.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.List;

/** One JSON object a line. */
final class JsonLinesFormat implements RecordFormat {

  @Override
  public RecordWriter begin(Writer out, List<String> questions) {
    return new RecordWriter() {
      @Override
      public void write(CaptionRecord record) throws IOException {
        out.write(Json.WRITER.writeValueAsString(record));
        out.write('\n');
      }

      @Override
      public void end() {}
    };
  }

  @Override
  public void read(Reader in, RecordSink sink) throws IOException, OutputException {
    BufferedReader lines = new BufferedReader(in);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        sink.accept(Json.READER.readValue(line));
      }
    }
  }
}

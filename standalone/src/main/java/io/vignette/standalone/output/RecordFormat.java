package io.vignette.standalone.output;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How records are laid out in a file. Neither direction holds more than one record. */
interface RecordFormat {

  /**
   * Begins a file.
   *
   * @param questions those that were asked about every picture, in order
   */
  RecordWriter begin(Writer out, List<String> questions) throws IOException;

  /** Reads what was written, or a file of another tool with the same fields. */
  void read(Reader in, RecordSink sink) throws IOException, OutputException;

  /**
   * The format that a file's suffix asks for.
   *
   * @throws OutputException for any but .json, .jsonl, .csv
   */
  static RecordFormat of(Path file) throws OutputException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return new JsonArrayFormat();
    }
    if (name.endsWith(".jsonl")) {
      return new JsonLinesFormat();
    }
    if (name.endsWith(".csv")) {
      return new CsvFormat();
    }
    throw new OutputException(
        "output: " + file.getFileName() + " (expected: a name that ends in .json, .jsonl or .csv)");
  }
}

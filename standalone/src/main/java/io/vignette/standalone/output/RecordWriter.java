package io.vignette.standalone.output;

import java.io.IOException;

/** A file of records being written. Holds one record at a time; not thread-safe. */
interface RecordWriter {

  void write(CaptionRecord record) throws IOException;

  /** Writes what comes after the last record; does not close the file. */
  void end() throws IOException;
}

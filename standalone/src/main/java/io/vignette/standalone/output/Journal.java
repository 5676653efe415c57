package io.vignette.standalone.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finished records, appended one by one beside the output while a run goes on.
 *
 * <p>Each line reaches the operating system before the next one is written, so a killed process
 * loses at most the line it was writing; that one is recognised and ignored. Not thread-safe.
 */
public final class Journal implements AutoCloseable {

  private final Path file;
  private @Nullable Writer out;

  private Journal(Path file) {
    this.file = file;
  }

  /** Where the journal of an output lies. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".partial.jsonl");
  }

  /** The journal of an output; what is there is kept. The file appears with the first record. */
  public static Journal append(Path output) {
    return new Journal(beside(output));
  }

  /** The complete records of an output's journal; none if there is no journal. */
  public static List<CaptionRecord> read(Path output) throws OutputException {
    Path file = beside(output);
    List<CaptionRecord> records = new ArrayList<>();
    if (!Files.exists(file)) {
      return records;
    }
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        addComplete(line, records);
      }
      return records;
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  private static void addComplete(String line, List<CaptionRecord> records) throws IOException {
    if (line.isBlank()) {
      return;
    }
    try {
      records.add(Json.READER.readValue(line));
    } catch (JsonProcessingException e) {
      // The line that a kill cut short: its picture is captioned again.
      return;
    }
  }

  public void add(CaptionRecord record) throws OutputException {
    try {
      Writer journal = open();
      journal.write(Json.WRITER.writeValueAsString(record));
      journal.write('\n');
      journal.flush();
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be written: " + e.getMessage(), e);
    }
  }

  private Writer open() throws IOException {
    if (out == null) {
      out =
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      // A line cut short by a kill must not run into ours.
      out.write('\n');
    }
    return out;
  }

  /** Closes and deletes the journal: the output is complete. */
  public void remove() throws OutputException {
    close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be deleted: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws OutputException {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be closed: " + e.getMessage(), e);
    }
  }
}

package io.vignette.standalone.output;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file a run ends in.
 *
 * <p>It is written under another name and then moved into place, so a reader sees the old file or
 * the new one, never half of it.
 */
public final class OutputFile {

  private final Path file;
  private final RecordFormat format;

  /**
   * @throws OutputException if the suffix names no format or the folder does not exist
   */
  public OutputFile(Path file) throws OutputException {
    this.file = file.toAbsolutePath();
    this.format = RecordFormat.of(file);
    Path folder = this.file.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new OutputException(
          "output: folder " + folder + " (expected: an existing folder that can be written)");
    }
    if (Files.isDirectory(this.file)) {
      throw new OutputException("output: " + file + " is a folder (expected: a file's name)");
    }
  }

  public Path path() {
    return file;
  }

  /** Whether an output or the journal of an interrupted run is there. */
  public boolean exists() {
    return Files.exists(file) || Files.exists(Journal.beside(file));
  }

  /** The successful records of an earlier run, its journal included, by id. */
  public Map<String, CaptionRecord> finished() throws OutputException {
    Map<String, CaptionRecord> finished = new LinkedHashMap<>();
    for (CaptionRecord record : existing()) {
      putFinished(record, finished);
    }
    for (CaptionRecord record : Journal.read(file)) {
      putFinished(record, finished);
    }
    return finished;
  }

  private static void putFinished(CaptionRecord record, Map<String, CaptionRecord> finished) {
    if (!record.isFailed()) {
      finished.put(record.id(), record);
    }
  }

  private List<CaptionRecord> existing() throws OutputException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return format.read(in);
    } catch (IOException e) {
      throw new OutputException(
          "output: "
              + file
              + " can't be read as an earlier output (expected: a file that this command wrote): "
              + firstLine(e),
          e);
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Replaces the file by these records. */
  public void write(List<CaptionRecord> records) throws OutputException {
    Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        format.write(records, out);
      }
      move(draft);
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be written: " + e.getMessage(), e);
    }
  }

  private void move(Path draft) throws IOException {
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

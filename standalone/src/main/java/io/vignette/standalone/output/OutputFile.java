package io.vignette.standalone.output;

import com.fasterxml.jackson.core.JacksonException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file a run ends in.
 *
 * <p>It is written under another name and then moved into place, so a reader sees the old file or
 * the new one, never half of it. Records pass through one at a time, however many there are.
 */
public final class OutputFile {

  private static final Logger LOG = LoggerFactory.getLogger(OutputFile.class);

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

  /**
   * Gives out the records of an earlier output, if there is one.
   *
   * @throws OutputException also if the file is no output of ours
   */
  void forEachExisting(RecordSink sink) throws OutputException {
    if (!Files.exists(file)) {
      return;
    }
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      format.read(
          in,
          record -> {
            check(record);
            sink.accept(record);
          });
    } catch (CharacterCodingException e) {
      throw unreadable("not UTF-8", e);
    } catch (JacksonException e) {
      throw unreadable(Json.problem(e), e);
    } catch (IOException e) {
      throw unreadable(firstLine(e), e);
    }
  }

  /** Found at the end of the run otherwise, when all is written. */
  private void check(CaptionRecord record) throws OutputException {
    if (!Texts.isNamed(record)) {
      throw new OutputException(
          "output: "
              + file
              + " can't be read as an earlier output: a record without id (expected: one in each)");
    }
    if (!Texts.areWritable(record)) {
      throw new OutputException(
          "output: "
              + file
              + " can't be read as an earlier output: half a surrogate pair (expected: texts that"
              + " UTF-8 can write)");
    }
  }

  private OutputException unreadable(String why, IOException e) {
    return new OutputException(
        "output: "
            + file
            + " can't be read as an earlier output (expected: a file that this command wrote): "
            + why,
        e);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Replaces the file by these records. If that fails, the file stays as it was.
   *
   * @param questions those that were asked about every picture, in order
   */
  public void write(List<String> questions, RecordSource records) throws OutputException {
    Path draft = file.resolveSibling("." + file.getFileName() + ".draft");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        RecordWriter writer = format.begin(out, questions);
        records.forEach(record -> write(record, writer));
        writer.end();
      }
      move(draft);
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      discard(draft);
    }
  }

  /** After a failure only: otherwise it was moved away. What is not a file is not ours. */
  private static void discard(Path draft) {
    try {
      if (Files.isRegularFile(draft)) {
        Files.delete(draft);
      }
    } catch (IOException e) {
      LOG.warn("output: draft {} could not be deleted: {}", draft, e.getMessage());
    }
  }

  private void write(CaptionRecord record, RecordWriter writer) throws OutputException {
    try {
      writer.write(record);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private OutputException unwritable(IOException e) {
    return new OutputException("output: " + file + " can't be written: " + e.getMessage(), e);
  }

  private void move(Path draft) throws IOException {
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

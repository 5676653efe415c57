package io.vignette.standalone.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Finished records, appended one by one beside the output while a run goes on, and read back by
 * position when the output is put together. So the records of a run lie on disk, not in memory.
 *
 * <p>One JSON object a line. Each line reaches the operating system before {@link #add} returns, so
 * a killed process loses at most the line it was writing; that one is recognised and ignored. Not
 * thread-safe.
 */
public final class Journal implements AutoCloseable {

  /** A position that no record has. */
  public static final long NOWHERE = -1;

  private static final int READ_BYTES = 8192;

  private final Path file;
  private final ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
  private long bufferFrom;
  private long end;
  private @Nullable FileChannel channel;

  private Journal(Path file) {
    this.file = file;
    buffer.limit(0);
  }

  /** Where the journal of an output lies. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".partial.jsonl");
  }

  /** The journal of an output; what is there is kept. The file appears with the first record. */
  public static Journal append(Path output) {
    return new Journal(beside(output));
  }

  /** Takes the positions of an earlier run's records. */
  @FunctionalInterface
  public interface Visitor {
    void visit(CaptionRecord record, long position) throws OutputException;
  }

  /** Visits the complete records that are in the journal; none if there is no journal. */
  public void forEach(Visitor visitor) throws OutputException {
    if (!Files.exists(file)) {
      return;
    }
    try {
      open();
      long position = 0;
      while (position < end) {
        byte[] line = lineAt(position);
        CaptionRecord record = complete(line);
        if (record != null) {
          visitor.visit(record, position);
        }
        position += line.length + 1;
      }
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Null for an empty line, for one that a kill cut short and for one that no output can hold: its
   * picture is captioned again.
   */
  private static @Nullable CaptionRecord complete(byte[] line) throws IOException {
    if (line.length == 0) {
      return null;
    }
    try {
      CaptionRecord record = Json.READER.readValue(line);
      return Texts.isNamed(record) && Texts.areWritable(record) ? record : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Appends a record and returns its position, never {@link #NOWHERE}. */
  public long add(CaptionRecord record) throws OutputException {
    try {
      FileChannel out = open();
      long position = end;
      byte[] json = Json.WRITER.writeValueAsBytes(record);
      write(out, ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip());
      return position;
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be written: " + e.getMessage(), e);
    }
  }

  /** The record at a position that {@link #add} or {@link #forEach} gave. */
  public CaptionRecord read(long position) throws OutputException {
    try {
      open();
      return Json.READER.readValue(lineAt(position));
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  private FileChannel open() throws IOException {
    FileChannel opened = channel;
    if (opened == null) {
      opened =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channel = opened;
      end = opened.size();
      if (end > 0) {
        // A line cut short by a kill must not run into ours.
        write(opened, ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
    return opened;
  }

  private void write(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      end += out.write(bytes, end);
    }
  }

  /** The bytes from a position to the next line end. */
  private byte[] lineAt(long position) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (long at = position; at < end; at++) {
      byte next = byteAt(at);
      if (next == '\n') {
        break;
      }
      line.write(next);
    }
    return line.toByteArray();
  }

  private byte byteAt(long position) throws IOException {
    if (position < bufferFrom || position >= bufferFrom + buffer.limit()) {
      buffer.clear();
      bufferFrom = position;
      int read = open().read(buffer, position);
      buffer.limit(Math.max(0, read));
    }
    return buffer.get((int) (position - bufferFrom));
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
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new OutputException("output: " + file + " can't be closed: " + e.getMessage(), e);
    }
  }
}

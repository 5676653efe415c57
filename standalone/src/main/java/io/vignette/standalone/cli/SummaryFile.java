package io.vignette.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file of {@code --json-summary}. */
final class SummaryFile {

  private SummaryFile() {}

  /** Refuses before anything starts what could not be written at the end. */
  static void check(@Nullable Path file) throws UsageException {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    boolean isUsable =
        Files.exists(file)
            ? !Files.isDirectory(file) && Files.isWritable(file)
            : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    if (!isUsable) {
      throw new UsageException(
          "--json-summary: " + file + " (expected: a file that can be written, in a folder there)");
    }
  }

  static void write(Path file, Map<String, Object> summary) throws IOException {
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), summary);
  }
}

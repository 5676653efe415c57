package io.vignette.standalone.cli;

import io.vignette.wire.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much the system says of itself, and where. See docs/logging.md. */
final class LogOptions {

  /** Of our own categories; what the parts of others say is set in application.properties. */
  enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  @Option(
      names = "--log",
      paramLabel = "LEVEL",
      description = "error, warn, info or debug (default: warn; info with --log-file).")
  private @Nullable Level level;

  @Option(
      names = "--log-file",
      paramLabel = "FILE",
      description = "Write the log there; standard error gets warnings only.")
  private @Nullable Path file;

  /** Takes effect on the system that is started next. */
  void apply() throws UsageException {
    if (file != null) {
      checkFile(file.toAbsolutePath());
      System.setProperty("quarkus.log.file.enabled", "true");
      System.setProperty("quarkus.log.file.path", file.toAbsolutePath().toString());
      System.setProperty("quarkus.log.console.level", Level.WARN.name());
    }
    Level wanted = level == null ? (file == null ? Level.WARN : Level.INFO) : level;
    System.setProperty("quarkus.log.category.\"io.vignette\".level", wanted.name());
  }

  private static void checkFile(Path log) throws UsageException {
    Path folder = log.getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(log)) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          "--log-file: " + log + " (expected: a file in an existing folder that can be written)");
    }
  }
}

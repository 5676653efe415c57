package io.vignette.standalone.cli;

import io.vignette.gateway.access.ApiKeys;
import io.vignette.wire.Reason;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vignette key}: a new API key of a gateway. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes an API key for a gateway service and prints it, this once.",
      "The gateway's file (VIGNETTE_ACCESS_KEYS_FILE) gets a line from which nobody can tell the"
          + " key; it is read when the gateway starts."
    })
final class KeyCommand implements Callable<Integer> {
  private static final String PREFIX = "vgn_";
  private static final int BYTES = 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      required = true,
      description = "Whose key it is: a tenant sees its own jobs only.")
  private String tenant = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Appends the line to this file of keys, or makes one.")
  private @Nullable Path file;

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @Override
  public Integer call() throws UsageException {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String line = lineOf(key);
    if (file == null) {
      err.println("line for the gateway's file of keys:");
      err.println(line);
    } else {
      append(file, line);
    }
    out.println(key);
    return Program.OK;
  }

  private String lineOf(String key) throws UsageException {
    try {
      return ApiKeys.line(tenant, key);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Reason.REQUEST_INVALID, "--" + e.getMessage());
    }
  }

  private static void append(Path keys, String line) throws UsageException {
    try {
      if (Files.notExists(keys)) {
        Files.createFile(keys);
        if (keys.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(keys, OWNER_ONLY);
        }
      }
      Files.writeString(keys, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UsageException(
          Reason.REQUEST_INVALID,
          "--file: %s can't be written (expected: a file of keys): %s"
              .formatted(keys, e.getMessage()));
    }
  }
}

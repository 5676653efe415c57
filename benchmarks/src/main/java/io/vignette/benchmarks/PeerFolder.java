package io.vignette.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;

/** Where a peer is installed, by its own {@code install.sh}. */
final class PeerFolder {

  private PeerFolder() {}

  /** Installs what isn't there yet. */
  static Path installed(Path root, String peer) throws IOException, InterruptedException {
    Process install =
        new ProcessBuilder(root.resolve("benchmarks/peers/" + peer + "/install.sh").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String folder = new String(install.getInputStream().readAllBytes(), UTF_8).strip();
    if (install.waitFor() != 0) {
      throw new IllegalStateException(peer + " could not be installed");
    }
    return Path.of(folder);
  }
}

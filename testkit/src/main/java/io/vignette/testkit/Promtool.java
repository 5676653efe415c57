package io.vignette.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Prometheus' own check of metrics, the program {@code promtool} on the path. Thread-safe.
 *
 * @see <a href="https://prometheus.io/docs/prometheus/latest/command-line/promtool/">promtool check
 *     metrics</a>
 */
public final class Promtool {
  private static final String NAME = "promtool";
  private static final String OURS = "vignette_";

  private Promtool() {}

  /**
   * What Prometheus has against our metrics in a scrape: a line each, empty if nothing. Metrics of
   * the JVM, of HTTP and of Kafka's clients are others' to name.
   */
  public static String check(String scrape) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(NAME, "check", "metrics").redirectErrorStream(true).start();
    try (OutputStream metrics = process.getOutputStream()) {
      metrics.write(ours(scrape).getBytes(UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    return status == 0 || !said.isBlank() ? said : NAME + " ends with " + status;
  }

  /** Why it can't be run; empty if it can. */
  static Optional<String> problem() {
    try {
      Process process =
          new ProcessBuilder(NAME, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int status = process.waitFor();
      return status == 0
          ? Optional.empty()
          : Optional.of(NAME + " --version ends with " + status + " (expected: 0)");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Samples, and the comment lines before them, of metrics of ours. */
  static String ours(String scrape) {
    return scrape
        .lines()
        .filter(line -> List.of(line.split(" ")).stream().anyMatch(word -> word.startsWith(OURS)))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}

package io.vignette.standalone.cli;

import io.vignette.standalone.captioning.RunFigures;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run says of itself at its end, for people and for programs. */
final class RunReport {

  private final RunFigures figures;
  private final Map<String, Long> phaseMillis;

  RunReport(RunFigures figures, Map<String, Long> phaseMillis) {
    this.figures = figures;
    this.phaseMillis = phaseMillis;
  }

  void print(PrintStream err, Path output) {
    row(err, "images", Integer.toString(figures.total()));
    if (figures.kept() > 0) {
      row(err, "  kept from before", Integer.toString(figures.kept()));
    }
    row(err, "captioned", Integer.toString(figures.captioned()));
    if (figures.unsure() > 0) {
      row(err, "  low confidence", Integer.toString(figures.unsure()));
    }
    row(err, "failed", Integer.toString(figures.failed()));
    figures.failures().forEach((code, count) -> row(err, "  " + code, Integer.toString(count)));
    row(err, "wall time", String.format(Locale.ROOT, "%.1f s", figures.wall().toMillis() / 1e3));
    row(err, "images/s", String.format(Locale.ROOT, "%.1f", figures.imagesPerSecond()));
    row(err, "time by stage", shares());
    row(err, "output", output.toString());
  }

  private static void row(PrintStream err, String name, String value) {
    err.printf("%-24s %s%n", name, value);
  }

  private String shares() {
    long total = figures.stageMicros().values().stream().mapToLong(Long::longValue).sum();
    StringBuilder text = new StringBuilder();
    figures
        .stageMicros()
        .forEach(
            (stage, micros) ->
                text.append(text.isEmpty() ? "" : ", ")
                    .append(stage)
                    .append(' ')
                    .append(total == 0 ? 0 : Math.round(100.0 * micros / total))
                    .append(" %"));
    return text.toString();
  }

  /** The figures for programs. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("images", figures.total());
    summary.put("kept", figures.kept());
    summary.put("captioned", figures.captioned());
    summary.put("low_confidence", figures.unsure());
    summary.put("failed", figures.failed());
    summary.put("failures", figures.failures());
    summary.put("wall_seconds", figures.wall().toMillis() / 1e3);
    summary.put("images_per_second", figures.imagesPerSecond());
    summary.put("steady_images_per_second", figures.steadyImagesPerSecond());
    summary.put("stage_micros", figures.stageMicros());
    summary.put("cpu_millis_per_image", figures.cpuMillisPerImage());
    summary.put("requests_per_image", figures.requestsPerImage());
    summary.put("records_per_image", figures.recordsPerImage());
    summary.put("start_millis", startMillis());
    summary.put("first_caption_micros", figures.firstMicros());
    return summary;
  }

  /** Milliseconds since the JVM started, by phase, the first caption included. */
  private Map<String, Long> startMillis() {
    Map<String, Long> millis = new LinkedHashMap<>(phaseMillis);
    if (figures.firstCompletionNanos() != 0) {
      long upMillis = ManagementFactory.getRuntimeMXBean().getUptime();
      long agoMillis = (System.nanoTime() - figures.firstCompletionNanos()) / 1_000_000;
      millis.put("first caption", upMillis - agoMillis);
    }
    return millis;
  }
}

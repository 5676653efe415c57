package io.vignette.standalone.cli;

import io.vignette.standalone.captioning.RunFigures;
import io.vignette.worker.load.EngineLoad;
import io.vignette.worker.load.Starvation;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a run says of itself at its end, for people and for programs. */
final class RunReport {

  /** Fewer images are done before anybody could install something. */
  private static final int IMAGES_WORTH_ADVICE = 100;

  private final RunFigures figures;
  private final Map<String, Long> phaseMillis;
  private final EngineLoad.Snapshot load;

  /**
   * @param load of the engine, from the first submission to the last result
   */
  RunReport(RunFigures figures, Map<String, Long> phaseMillis, EngineLoad.Snapshot load) {
    this.figures = figures;
    this.phaseMillis = phaseMillis;
    this.load = load;
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
    row(err, "engine in use", percent(load.busyRatio()) + idle());
    if (figures.captioned() >= IMAGES_WORTH_ADVICE) {
      JpegAdvice.get().ifPresent(advice -> row(err, "faster", advice));
    }
    row(err, "output", output.toString());
  }

  /**
   * What the engine waited for, that which took longest first; what took no hundredth is left out.
   */
  private String idle() {
    if (load.seconds() <= 0) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    load.starvedSeconds().entrySet().stream()
        .filter(each -> each.getValue() >= load.seconds() / 100)
        .sorted(Map.Entry.<Starvation, Double>comparingByValue().reversed())
        .forEach(
            each ->
                text.append(text.isEmpty() ? "; it waited for: " : ", ")
                    .append(waitedFor(each.getKey()))
                    .append(' ')
                    .append(percent(each.getValue() / load.seconds())));
    return text.toString();
  }

  private static String waitedFor(Starvation reason) {
    return switch (reason) {
      case ENGINE_AWAY -> "its own start or return";
      case QUEUE_EMPTY -> "jobs";
      case FETCH -> "images to be fetched";
      case DECODE -> "images to be decoded";
      case BATCH -> "company for a batch";
    };
  }

  private static String percent(double share) {
    return Math.round(100 * share) + " %";
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
    summary.put("engine_busy_ratio", load.busyRatio());
    summary.put("share_of_limit", load.shareOfLimit());
    summary.put("starved_seconds", starvedSeconds());
    summary.put("start_millis", startMillis());
    summary.put("first_caption_micros", figures.firstMicros());
    return summary;
  }

  private Map<String, Double> starvedSeconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Starvation reason : Starvation.values()) {
      seconds.put(reason.label(), load.starvedSeconds().getOrDefault(reason, 0.0));
    }
    return seconds;
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

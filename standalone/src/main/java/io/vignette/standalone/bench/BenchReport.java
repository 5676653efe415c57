package io.vignette.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a bench for people: a table, and a report with a plot. */
public final class BenchReport {
  private static final String TABLE = "bench.md";
  private static final String PLOT = "bench.svg";

  private final BenchFigures figures;
  private final String conditions;

  private record Row(String name, String value, String note) {}

  /**
   * @param conditions in one line: version, model, engine, machine
   */
  public BenchReport(BenchFigures figures, String conditions) {
    this.figures = figures;
    this.conditions = conditions;
  }

  /** Lines for a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder(conditions).append('\n').append('\n');
    rows()
        .forEach(
            row ->
                text.append(
                    String.format(
                                Locale.ROOT, "%-28s %12s   %s", row.name(), row.value(), row.note())
                            .stripTrailing()
                        + "\n"));
    return text.append('\n').append("bounded by ").append(figures.bound()).append('\n').toString();
  }

  /**
   * Writes {@code bench.md} and {@code bench.svg}.
   *
   * @param folder made where it is not there
   */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder("# Bench\n\n").append(conditions).append("\n\n");
    text.append("| | | |\n|---|---:|---|\n");
    rows()
        .forEach(
            row ->
                text.append(
                    "| %s | %s | %s |%n".formatted(row.name().strip(), row.value(), row.note())));
    text.append("\nBounded by ").append(figures.bound()).append(".\n\n![](").append(PLOT);
    text.append(")\n");
    Files.writeString(folder.resolve(TABLE), text);
    Files.writeString(folder.resolve(PLOT), new BenchPlot(figures).svg());
  }

  private List<Row> rows() {
    EngineAlone.Result alone = figures.alone();
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            "engine alone",
            one(alone.imagesPerSecond()) + "/s",
            "batches of %d, %d in flight, %d images"
                .formatted(alone.batchSize(), alone.inFlight(), alone.images())));
    rows.add(
        new Row(
            "through everything",
            one(figures.imagesPerSecond()) + "/s",
            "second half of %d images".formatted(figures.images())));
    rows.add(new Row("share of the limit", percent(figures.shareOfLimit()), ""));
    rows.add(new Row("engine in use", percent(figures.load().busyRatio()), ""));
    figures.load().starvedSeconds().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            each ->
                rows.add(
                    new Row(
                        "  waited: " + each.getKey().label(),
                        percent(each.getValue() / Math.max(1e-9, figures.load().seconds())),
                        "")));
    rows.add(
        new Row(
            "processor time an image",
            two(figures.cpuMillis()) + " ms",
            "%s of %d processors"
                .formatted(percent(figures.processorsInUse()), figures.processors())));
    figures
        .cpuMillisPerImage()
        .forEach((stage, millis) -> rows.add(new Row("  " + stage, two(millis) + " ms", "")));
    rows.add(
        new Row(
            "Kafka an image",
            two(figures.recordsPerImage()),
            "records, in %s requests".formatted(two(figures.requests()))));
    return rows;
  }

  private static String percent(double share) {
    return Math.round(100 * share) + " %";
  }

  private static String one(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}

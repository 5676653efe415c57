package io.vignette.standalone.bench;

import io.vignette.worker.load.EngineLoad;
import io.vignette.worker.load.Starvation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a bench found. Immutable.
 *
 * @param alone the engine with ready batches
 * @param images that went through everything
 * @param imagesPerSecond of them, in the second half of the run
 * @param load of the engine during the run
 * @param cpuMillisPerImage processor time of this process an image by stage, in the second half
 * @param requestsPerImage to the broker, by name, in the second half
 * @param recordsPerImage in all topics, in the second half
 * @param processors that this process may use
 */
public record BenchFigures(
    EngineAlone.Result alone,
    int images,
    double imagesPerSecond,
    EngineLoad.Snapshot load,
    Map<String, Double> cpuMillisPerImage,
    Map<String, Double> requestsPerImage,
    double recordsPerImage,
    int processors) {

  /** From here on a stage is what everything else waits for. */
  private static final double NEARLY_ALL = 0.9;

  public BenchFigures {
    cpuMillisPerImage =
        java.util.Collections.unmodifiableMap(new LinkedHashMap<>(cpuMillisPerImage));
    requestsPerImage = Map.copyOf(requestsPerImage);
  }

  /** Images a second through everything ÷ the engine alone. */
  public double shareOfLimit() {
    return imagesPerSecond / alone.imagesPerSecond();
  }

  public double cpuMillis() {
    return cpuMillisPerImage.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  public double requests() {
    return requestsPerImage.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Share of all processors' time that the run took, 0 to 1. */
  public double processorsInUse() {
    return Math.min(1, cpuMillis() * imagesPerSecond / 1000 / processors);
  }

  /** A sentence about what bounds the images a second. */
  public String bound() {
    if (load.busyRatio() >= NEARLY_ALL && processorsInUse() < NEARLY_ALL) {
      return "the engine: it was in use for %d %% of the time".formatted(percent(load.busyRatio()));
    }
    if (processorsInUse() >= NEARLY_ALL) {
      return "processors: %d %% of %d were busy, most of it for: %s"
          .formatted(percent(processorsInUse()), processors, largest(cpuMillisPerImage));
    }
    Map.Entry<Starvation, Double> most =
        load.starvedSeconds().entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return switch (most.getKey()) {
      case ENGINE_AWAY -> "the engine: it was starting or away";
      case QUEUE_EMPTY -> "the queue: the worker had no jobs, or their outcomes were being written";
      case FETCH -> "fetching: images were on their way";
      case DECODE -> "decoding: images waited for a thread or were being decoded";
      case BATCH -> "batches: requests waited for company";
    };
  }

  private static String largest(Map<String, Double> parts) {
    return parts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("nothing");
  }

  private static long percent(double share) {
    return Math.round(100 * share);
  }
}

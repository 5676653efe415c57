package io.vignette.standalone.captioning;

import io.vignette.broker.BrokerTraffic;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.Timings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run counts: pictures by outcome, time by stage, the moments of completions.
 *
 * <p>Thread-safe. Keeps eight bytes a picture.
 */
public final class RunFigures {

  private final int total;
  private final int kept;
  private final long startNanos = System.nanoTime();
  private final long[] completedAtNanos;
  private final Map<String, Integer> failures = new TreeMap<>();
  private final Map<String, Long> stageMicros = new LinkedHashMap<>();
  private final Map<String, Long> firstMicros = new LinkedHashMap<>();
  private CpuByStage cpuBefore = CpuByStage.now();
  private BrokerTraffic trafficBefore = BrokerTraffic.now();
  private int completedBefore;
  private int completed;
  private int captioned;
  private int unsure;

  /**
   * @param total pictures of the run
   * @param kept of them, those an earlier run finished
   */
  RunFigures(int total, int kept) {
    this.total = total;
    this.kept = kept;
    this.completedAtNanos = new long[total - kept];
  }

  synchronized void captioned(CaptionResult result, boolean isUnsure) {
    unsure += isUnsure ? 1 : 0;
    if (captioned++ == 0) {
      noteFirst(result.getTimings());
    }
    complete();
    addStages(result.getTimings());
  }

  synchronized void failed(String code, Timings timings) {
    failures.merge(code, 1, Integer::sum);
    complete();
    addStages(timings);
  }

  private void noteFirst(Timings timings) {
    firstMicros.put("queue", timings.getQueueUs());
    firstMicros.putAll(stagesOf(timings));
    firstMicros.put("total", timings.getTotalUs());
  }

  private static Map<String, Long> stagesOf(Timings timings) {
    Map<String, Long> micros = new LinkedHashMap<>();
    micros.put("fetch", timings.getFetchUs());
    micros.put("decode", timings.getDecodeUs());
    micros.put("resize", timings.getResizeUs());
    micros.put("batch wait", timings.getBatchWaitUs());
    micros.put("infer", timings.getInferUs());
    return micros;
  }

  /**
   * Where the first caption's time went, microseconds by stage; "queue" is the wait for a lease.
   */
  public synchronized Map<String, Long> firstMicros() {
    return new LinkedHashMap<>(firstMicros);
  }

  private void complete() {
    completedAtNanos[completed++] = System.nanoTime();
    if (completed == completedAtNanos.length / 2) {
      cpuBefore = CpuByStage.now();
      trafficBefore = BrokerTraffic.now();
      completedBefore = completed;
    }
  }

  private void addStages(Timings timings) {
    stagesOf(timings).forEach((stage, micros) -> stageMicros.merge(stage, micros, Long::sum));
  }

  public int total() {
    return total;
  }

  public int kept() {
    return kept;
  }

  public synchronized int completed() {
    return completed;
  }

  public synchronized int captioned() {
    return captioned;
  }

  /** Of those captioned, the pictures of which the model is known to be guessing. */
  public synchronized int unsure() {
    return unsure;
  }

  public synchronized int failed() {
    return completed - captioned;
  }

  /** Pictures that failed, by reason code. */
  public synchronized Map<String, Integer> failures() {
    return new TreeMap<>(failures);
  }

  /** Microseconds by stage, summed over the pictures; stages of several pictures overlap. */
  public synchronized Map<String, Long> stageMicros() {
    return new LinkedHashMap<>(stageMicros);
  }

  /**
   * Processor time an image by stage, milliseconds, in the second half of the run: the first half
   * is the JVM's warm-up.
   */
  public synchronized Map<String, Double> cpuMillisPerImage() {
    return CpuByStage.now().millisPerImageSince(cpuBefore, completed - completedBefore);
  }

  /** Requests to the broker an image, by name, in the second half of the run. */
  public synchronized Map<String, Double> requestsPerImage() {
    return BrokerTraffic.now().requestsPerImageSince(trafficBefore, completed - completedBefore);
  }

  /** Records an image, of all topics, in the second half of the run. */
  public synchronized double recordsPerImage() {
    return BrokerTraffic.now().recordsPerImageSince(trafficBefore, completed - completedBefore);
  }

  /** Time from the first submission to the last completion, or to now while pictures are open. */
  public synchronized Duration wall() {
    long end =
        completed > 0 && completed == completedAtNanos.length
            ? completedAtNanos[completed - 1]
            : System.nanoTime();
    return Duration.ofNanos(end - startNanos);
  }

  /** {@code System.nanoTime()} of the first completion; 0 before. */
  public synchronized long firstCompletionNanos() {
    return completed == 0 ? 0 : completedAtNanos[0];
  }

  public double imagesPerSecond() {
    double seconds = wall().toNanos() / 1e9;
    return seconds > 0 ? completed() / seconds : 0;
  }

  /**
   * Images a second in the second half of the run but its last twentieth, when the stages run dry;
   * 0 below 20 images.
   */
  public synchronized double steadyImagesPerSecond() {
    if (completed < 20) {
      return 0;
    }
    int from = completed / 2;
    int to = completed - 1 - completed / 20;
    double seconds = (completedAtNanos[to] - completedAtNanos[from]) / 1e9;
    return seconds > 0 ? (to - from) / seconds : 0;
  }
}

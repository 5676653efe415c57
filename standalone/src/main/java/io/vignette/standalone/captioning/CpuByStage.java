package io.vignette.standalone.captioning;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processor time of this process by stage, told apart by the names of threads.
 *
 * <p>Covers threads that live at the moment of the call; what is left of the process's time is
 * "JVM" (compiling, garbage collection, threads that ended). Immutable.
 *
 * @param nanos nanoseconds of processor time by stage
 */
public record CpuByStage(Map<String, Long> nanos) {

  private static final String JVM = "JVM (compiling, garbage collection)";
  private static final String BROKER = "broker";

  /** The stage of the threads whose name contains a text; the first match counts. */
  private static final List<Map.Entry<String, String>> STAGES =
      List.of(
          // First, as "data-plane-kafka" has "lane-" in it.
          Map.entry("data-plane", BROKER),
          Map.entry("onnx-inference", "engine"),
          Map.entry("onnx-", "answers"),
          Map.entry("answers", "answers"),
          Map.entry("decode-", "decode and resize"),
          Map.entry("fetch-", "fetch"),
          Map.entry("ForkJoinPool", "fetch"),
          Map.entry("lane-", "lease"),
          Map.entry("consumer_background", "lease"),
          Map.entry("vignette-ledger", "ledger"),
          Map.entry("kafka-producer-network-thread | kafka-producer-gateway", "submission"),
          Map.entry("main", "submission"),
          Map.entry("kafka-producer-network-thread | kafka-producer-worker", "outcome"),
          Map.entry("smallrye", "channels"),
          Map.entry("vert.x", "channels"),
          Map.entry("job-table", "status table"),
          Map.entry("results-feed", "results feed"),
          Map.entry("kafka", BROKER),
          Map.entry("coordinator", BROKER),
          Map.entry("Persister", BROKER),
          Map.entry("Txn", BROKER),
          Map.entry("broker-", BROKER),
          Map.entry("Reaper", BROKER),
          Map.entry("executor-", BROKER),
          Map.entry("quorum", BROKER));

  public CpuByStage {
    nanos = Map.copyOf(nanos);
  }

  /** What was used until now. */
  public static CpuByStage now() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<String, Long> nanos = new LinkedHashMap<>();
    long known = 0;
    for (long id : threads.getAllThreadIds()) {
      ThreadInfo thread = threads.getThreadInfo(id);
      long cpu = threads.getThreadCpuTime(id);
      if (thread != null && cpu > 0) {
        nanos.merge(stageOf(thread.getThreadName()), cpu, Long::sum);
        known += cpu;
      }
    }
    long process =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    nanos.put(JVM, Math.max(0, process - known));
    return new CpuByStage(nanos);
  }

  private static String stageOf(String threadName) {
    return STAGES.stream()
        .filter(stage -> threadName.contains(stage.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("other");
  }

  /** What was used since {@code before}, milliseconds of processor time an image by stage. */
  public Map<String, Double> millisPerImageSince(CpuByStage before, int images) {
    Map<String, Double> millis = new LinkedHashMap<>();
    nanos.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            stage -> {
              long used = stage.getValue() - before.nanos().getOrDefault(stage.getKey(), 0L);
              millis.put(stage.getKey(), Math.round(used / 1e3 / Math.max(1, images)) / 1e3);
            });
    return millis;
  }
}

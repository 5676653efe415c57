package io.vignette.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Processor time of a process by stage, told apart by the names of threads: in this process Java's
 * by their own, all others by what Linux calls them.
 *
 * @param nanos nanoseconds of processor time by stage
 */
record StageCpu(Map<String, Long> nanos) {

  static final String COMPILING = "JVM, compiling";
  private static final String REST = "JVM, rest";
  private static final int LINUX_NAME_LENGTH = 15;

  /** The stage of the threads whose name contains a text; the first match counts. */
  private static final List<Map.Entry<String, String>> STAGES =
      List.of(
          Map.entry("ledger", "ledger"),
          Map.entry("grpc-", "Triton client"),
          Map.entry("triton-answers", "Triton client"),
          Map.entry("decode-", "decode and resize"),
          Map.entry("kafka-producer-network-thread | worker", "produce"),
          Map.entry("lane-", "consume (lease)"),
          Map.entry("consumer_background", "consume (lease)"),
          Map.entry("answers", "detokenise, events"),
          Map.entry("fetch-", "fetch and hand over"),
          Map.entry("ForkJoinPool", "fetch and hand over"),
          Map.entry("C1 Compiler", COMPILING),
          Map.entry("C2 Compiler", COMPILING),
          Map.entry("VM Thread", "JVM, garbage collection"));

  static StageCpu now() {
    Map<String, Long> nanos = new LinkedHashMap<>();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (long id : threads.getAllThreadIds()) {
      ThreadInfo thread = threads.getThreadInfo(id);
      long cpu = threads.getThreadCpuTime(id);
      if (thread != null && cpu > 0) {
        nanos.merge(stageOf(thread.getThreadName(), "other"), cpu, Long::sum);
      }
    }
    ofThreads("self")
        .forEach(
            (stage, cpu) -> {
              if (stage.startsWith("JVM")) {
                nanos.merge(stage, cpu, Long::sum);
              }
            });
    return withRest(nanos, ProcessCpu.ofThisProcess());
  }

  /** Of another Java process. */
  static StageCpu of(long pid) {
    return withRest(ofThreads(Long.toString(pid)), ProcessCpu.of(pid));
  }

  /** What the threads don't account for: those that have ended, and in this process the JVM's. */
  private static StageCpu withRest(Map<String, Long> nanos, long all) {
    long known = nanos.values().stream().mapToLong(Long::longValue).sum();
    nanos.merge(REST, Math.max(0, all - known), Long::sum);
    return new StageCpu(nanos);
  }

  private static Map<String, Long> ofThreads(String pid) {
    Path folder = Path.of("/proc", pid, "task");
    Map<String, Long> nanos = new LinkedHashMap<>();
    try (Stream<Path> tasks = Files.list(folder)) {
      for (Path task : tasks.toList()) {
        nanos.merge(stageOf(nameOf(task), "other"), ProcessCpu.of(task.resolve("stat")), Long::sum);
      }
      return nanos;
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": can't be read", e);
    }
  }

  private static String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // The thread ended between listing and reading.
    }
  }

  private static String stageOf(String threadName, String otherwise) {
    return STAGES.stream()
        .filter(stage -> isNamedBy(threadName, stage.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }

  /** Linux keeps the first 15 characters of a name. */
  private static boolean isNamedBy(String threadName, String key) {
    return threadName.contains(key)
        || (threadName.length() == LINUX_NAME_LENGTH && key.startsWith(threadName));
  }

  /** Milliseconds of processor time a picture since {@code before}, most expensive first. */
  Map<String, Double> millisSince(StageCpu before, int pictures) {
    Map<String, Double> millis = new LinkedHashMap<>();
    Map<String, Long> used = new LinkedHashMap<>();
    nanos.forEach((stage, now) -> used.put(stage, now - before.nanos().getOrDefault(stage, 0L)));
    used.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            stage ->
                millis.put(
                    stage.getKey(),
                    Math.round(stage.getValue() / 1e3 / Math.max(1, pictures)) / 1e3));
    return millis;
  }
}

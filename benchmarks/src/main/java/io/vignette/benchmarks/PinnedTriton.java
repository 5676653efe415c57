package io.vignette.benchmarks;

import io.vignette.models.Model;
import io.vignette.proto.inference.InferStatistics;
import io.vignette.proto.inference.ModelStatistics;
import io.vignette.proto.inference.StatisticDuration;
import io.vignette.testkit.triton.TritonOptions;
import io.vignette.testkit.triton.TritonServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A real Triton server on core 0, each of its models computed by one thread.
 *
 * <p>Linux only: uses {@code taskset} (util-linux) and {@code /proc}.
 */
final class PinnedTriton implements AutoCloseable {

  private static final String CORE = "0";

  private final TritonServer server;
  private final List<Long> pids;
  private final List<String> steps;

  private PinnedTriton(TritonServer server, List<Long> pids, Model model) {
    this.server = server;
    this.pids = pids;
    this.steps = List.of(model.name() + "_vision_encoder", model.name() + "_llm");
  }

  /** Starts a server; this process must have started none before. */
  static PinnedTriton start(Model model) throws IOException, InterruptedException {
    TritonServer server = TritonServer.start(TritonOptions.bundledModels().threads(1));
    List<Long> pids = ProcessHandle.current().descendants().map(ProcessHandle::pid).toList();
    for (long pid : pids) {
      pin(pid);
    }
    return new PinnedTriton(server, pids, model);
  }

  /** Moves a process with all its threads to the server's core. */
  static void pin(long pid) throws IOException, InterruptedException {
    Process taskset =
        new ProcessBuilder("taskset", "-a", "-cp", CORE, Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (taskset.waitFor() != 0) {
      throw new IllegalStateException("taskset: process " + pid + " could not be moved");
    }
  }

  String endpoint() {
    return server.grpcEndpoint();
  }

  /** What the server has counted until now. */
  Counted counted() {
    Map<String, ModelStatistics> statistics = new LinkedHashMap<>();
    steps.forEach(step -> statistics.put(step, server.statistics(step)));
    return new Counted(statistics, ProcessCpu.of(pids));
  }

  @Override
  public void close() {
    server.close();
  }

  /**
   * The server's own figures at one moment.
   *
   * @param cpuNanos processor time of all its processes
   */
  record Counted(Map<String, ModelStatistics> steps, long cpuNanos) {

    /** What a picture cost since {@code before}; times in milliseconds. */
    Map<String, Double> perPictureSince(Counted before) {
      Map<String, Double> figures = new LinkedHashMap<>();
      steps.forEach((step, now) -> add(figures, step, now, before.step(step)));
      long pictures =
          steps.entrySet().stream()
              .mapToLong(
                  step ->
                      step.getValue().getInferenceCount()
                          - before.step(step.getKey()).getInferenceCount())
              .max()
              .orElse(0);
      figures.put("cpu", rounded((cpuNanos - before.cpuNanos()) / 1e6 / Math.max(1, pictures)));
      return figures;
    }

    private ModelStatistics step(String name) {
      return steps.getOrDefault(name, ModelStatistics.getDefaultInstance());
    }

    private static void add(
        Map<String, Double> figures, String step, ModelStatistics now, ModelStatistics before) {
      String name = step.substring(step.lastIndexOf('_') + 1);
      long pictures = now.getInferenceCount() - before.getInferenceCount();
      long executions = now.getExecutionCount() - before.getExecutionCount();
      figures.put(name + " batch", rounded(pictures / (double) Math.max(1, executions)));
      // Of an execution, whichever number of requests it joined, shared by its pictures.
      ToLongFunction<Function<InferStatistics, StatisticDuration>> nanos =
          part ->
              part.apply(now.getInferenceStats()).getNs()
                  - part.apply(before.getInferenceStats()).getNs();
      long requests =
          now.getInferenceStats().getSuccess().getCount()
              - before.getInferenceStats().getSuccess().getCount();
      figures.put(
          name + " queue of a request",
          rounded(nanos.applyAsLong(InferStatistics::getQueue) / 1e6 / Math.max(1, requests)));
      long compute =
          nanos.applyAsLong(InferStatistics::getComputeInput)
              + nanos.applyAsLong(InferStatistics::getComputeInfer)
              + nanos.applyAsLong(InferStatistics::getComputeOutput);
      // Counted once for every request of an execution.
      double joined = requests / (double) Math.max(1, executions);
      figures.put(name + " compute", rounded(compute / 1e6 / joined / Math.max(1, pictures)));
    }

    private static double rounded(double value) {
      return Math.round(value * 1e3) / 1e3;
    }
  }
}

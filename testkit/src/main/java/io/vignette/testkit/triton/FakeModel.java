package io.vignette.testkit.triton;

import io.grpc.StatusRuntimeException;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.proto.inference.ModelStatistics;
import io.vignette.proto.inference.StatisticDuration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One model of a {@link FakeTriton}: what it is told to do with requests, and those it got.
 *
 * <p>A request is kept, then fails by the next fault if one is queued, is checked, waits while
 * answers are held, takes its time by the curve (one after the other), and is answered.
 * Thread-safe.
 */
public final class FakeModel {

  private final ModelConfig config;
  private final RequestCheck check;
  private final Timeline timeline;
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<ModelInferRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong inferences = new AtomicLong();
  private final AtomicLong executions = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean loaded = true;
  private volatile boolean keepsRequests = true;
  private volatile TimingCurve curve = TimingCurve.immediate();
  private volatile Consumer<ModelInferResponse.Builder> doctor = answer -> {};
  private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

  FakeModel(ModelConfig config, ScheduledExecutorService timer) {
    this.config = config;
    this.check = new RequestCheck(config);
    this.timeline = new Timeline(timer);
  }

  /** Queues faults: each ends one request. */
  public void failNext(Fault... next) {
    faults.addAll(List.of(next));
  }

  /** From now on a batch takes as long as the curve says. */
  public void take(TimingCurve newCurve) {
    curve = newCurve;
  }

  /** From now on answers are changed before they are sent; {@link Doctored} has changes. */
  public void doctorAnswers(Consumer<ModelInferResponse.Builder> change) {
    doctor = change;
  }

  /** From now on answers are sound. */
  public void healAnswers() {
    doctor = answer -> {};
  }

  /** From now on requests wait for {@link #release()}. */
  public void hold() {
    if (gate.isDone()) {
      gate = new CompletableFuture<>();
    }
  }

  /** Lets held and later requests go on. */
  public void release() {
    gate.complete(null);
  }

  /** From now on the model is not there. */
  public void unload() {
    loaded = false;
  }

  /** The model is there again. */
  public void load() {
    loaded = true;
  }

  /** From now on requests are answered and not kept: for more of them than memory holds. */
  public void keepNoRequests() {
    keepsRequests = false;
  }

  /** All requests kept so far, also those that failed, in the order in which they came. */
  public List<ModelInferRequest> requests() {
    return List.copyOf(requests);
  }

  ModelConfig config() {
    return config;
  }

  boolean isLoaded() {
    return loaded;
  }

  CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
    if (keepsRequests) {
      requests.add(request);
    }
    try {
      int rows = admit(request);
      return gate.thenCompose(open -> timeline.execute(curve.forRows(rows)))
          .thenApply(end -> answer(request, rows));
    } catch (StatusRuntimeException e) {
      failures.incrementAndGet();
      return CompletableFuture.failedFuture(e);
    }
  }

  private int admit(ModelInferRequest request) {
    if (!loaded) {
      throw Fault.noVersion(config.getName()).asException();
    }
    Fault fault = faults.poll();
    if (fault != null) {
      throw fault.asException();
    }
    return check.rows(request);
  }

  private ModelInferResponse answer(ModelInferRequest request, int rows) {
    count(rows);
    ModelInferResponse.Builder answer = Answers.of(config, request, rows);
    doctor.accept(answer);
    return answer.build();
  }

  /** Counts an execution, of its own or as a step of an ensemble. */
  void count(int rows) {
    inferences.addAndGet(rows);
    executions.incrementAndGet();
  }

  ModelStatistics statistics() {
    ModelStatistics.Builder statistics =
        ModelStatistics.newBuilder()
            .setName(config.getName())
            .setVersion("1")
            .setInferenceCount(inferences.get())
            .setExecutionCount(executions.get());
    statistics
        .getInferenceStatsBuilder()
        .setSuccess(StatisticDuration.newBuilder().setCount(executions.get()))
        .setFail(StatisticDuration.newBuilder().setCount(failures.get()));
    return statistics.build();
  }
}

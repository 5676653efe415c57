package io.vignette.worker.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.rows.RowAnswer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * The engine inside this process: ONNX Runtime on the CPU.
 *
 * <p>Batches run one after another on {@code batchesAtOnce} threads of the engine, in the order
 * given; answers are completed on another of its threads, so that whatever depends on them never
 * holds up the next batch. A batch whose deadline passes while it runs is cut short, and so is a
 * cancelled one.
 */
public final class OnnxEngine implements CaptionEngine {
  private final ModelRepository repository;
  private final OnnxSettings settings;
  private final Clock clock;
  private final EngineThreads threads;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final Set<OnnxCall> calls = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile EngineHealth health = new EngineHealth(State.STARTING, "not started");

  // Written by the loading thread before READY is published in health, freed after all threads.
  private final Map<String, OnnxModel> models = new HashMap<>();

  // Guarded by this.
  private boolean started;

  public OnnxEngine(ModelRepository repository, OnnxSettings settings, Clock clock) {
    this.repository = repository;
    this.settings = settings;
    this.clock = clock;
    this.threads = new EngineThreads(settings.batchesAtOnce());
  }

  @Override
  public synchronized void start() {
    if (!started && health.state() == State.STARTING) {
      started = true;
      health =
          new EngineHealth(State.STARTING, "loading " + repository.models().size() + " models");
      threads.load(this::load);
    }
  }

  private void load() {
    try {
      for (Model model : repository.models()) {
        models.put(model.name(), OnnxModel.load(model, settings));
      }
      become(new EngineHealth(State.READY, "ONNX Runtime, models " + models.keySet()));
      ready.complete(null);
    } catch (InferenceFailure e) {
      failToStart(e);
    } catch (LinkageError e) { // ONNX Runtime's native library: wrong platform, no space to unpack.
      failToStart(InferenceFailure.unavailable("ONNX Runtime: cannot be loaded: " + e, e));
    }
  }

  private void failToStart(InferenceFailure failure) {
    become(new EngineHealth(State.FAILED, String.valueOf(failure.getMessage())));
    ready.completeExceptionally(failure);
  }

  /** A closed engine stays closed. */
  private synchronized void become(EngineHealth next) {
    if (health.state() != State.CLOSED) {
      health = next;
    }
  }

  @Override
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  @Override
  public boolean isInProcess() {
    return true;
  }

  @Override
  public EngineHealth health() {
    return health;
  }

  @Override
  public InferenceCall infer(InferenceBatch batch, Instant deadline) {
    OnnxCall call = new OnnxCall(batch, deadline);
    Optional<InferenceFailure> refusal = refusal(batch);
    if (refusal.isPresent()) {
      call.fail(refusal.get());
      return call;
    }
    calls.add(call);
    try {
      threads.infer(() -> run(call));
    } catch (RejectedExecutionException e) {
      call.fail(InferenceFailure.unavailable("ONNX Runtime: closed", e));
      calls.remove(call);
    }
    return call;
  }

  private Optional<InferenceFailure> refusal(InferenceBatch batch) {
    EngineHealth now = health;
    if (!now.isReady()) {
      return Optional.of(
          InferenceFailure.unavailable(
              "ONNX Runtime: %s (expected: READY): %s".formatted(now.state(), now.detail())));
    }
    Model model = batch.model();
    if (!models.containsKey(model.name())) {
      return Optional.of(
          InferenceFailure.modelUnknown(
              "model: %s (expected: one of %s)".formatted(model.name(), models.keySet())));
    }
    return batch.misfit();
  }

  private void run(OnnxCall call) {
    Duration left = Duration.between(clock.instant(), call.deadline());
    if (!left.isPositive()) {
      finish(call, () -> call.stop(expired(call)));
      return;
    }
    try (var deadline = threads.after(left, () -> call.stop(expired(call)))) {
      List<RowAnswer> answers = inferOrStop(call);
      finish(call, () -> call.complete(answers));
    } catch (InferenceFailure e) {
      finish(call, () -> call.fail(e));
    } catch (RuntimeException | OutOfMemoryError e) { // The outermost loop of an inference.
      finish(call, () -> call.fail(InferenceFailure.backend("ONNX Runtime: " + e, e)));
    }
  }

  private static InferenceFailure expired(OnnxCall call) {
    return InferenceFailure.expired(
        "deadline: %s (expected: after the end of the inference)".formatted(call.deadline()));
  }

  private List<RowAnswer> inferOrStop(OnnxCall call) throws InferenceFailure {
    OnnxModel model = models.get(call.batch().model().name());
    try (OrtSession.RunOptions runOptions = new OrtSession.RunOptions()) {
      if (model == null || !call.begin(runOptions)) {
        throw InferenceFailure.cancelled("batch: stopped before it ran");
      }
      try {
        return model.infer(call.batch().items(), call.rows(), scratch.get(), runOptions);
      } finally {
        call.end();
      }
    } catch (OrtException e) {
      throw OrtFailures.from(e);
    }
  }

  private void finish(OnnxCall call, Runnable completion) {
    calls.remove(call);
    threads.answer(completion);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (health.state() == State.CLOSED) {
        return;
      }
      health = new EngineHealth(State.CLOSED, "closed");
    }
    InferenceFailure closed = InferenceFailure.unavailable("ONNX Runtime: closed");
    calls.forEach(call -> call.stop(closed));
    threads.close();
    calls.forEach(call -> call.stop(closed)); // Those that came in between.
    ready.completeExceptionally(closed);
    models.values().forEach(OnnxEngine::free);
  }

  private static void free(OnnxModel model) {
    try {
      model.close();
    } catch (InferenceFailure e) {
      throw new IllegalStateException("a model that is not in use refuses to be freed", e);
    }
  }
}

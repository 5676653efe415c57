package io.vignette.worker.engine.triton;

import io.vignette.models.ModelRepository;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The engine behind a network: a Triton server.
 *
 * <p>It waits for the server however long it takes, compares the server's models with the
 * repository's, and watches it from then on. A server that is gone, or serves other models, is
 * unavailable, not failed: it may come back with the right ones. Batches go out at once; those of
 * several workers meet in the server.
 */
public final class TritonEngine implements CaptionEngine {
  private final TritonListener listener;
  private final TritonConnection connection;
  private final FeatureCache features;
  private final ServerWatch watch;
  private final Inferences inferences;
  private final Set<TritonCall> calls = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  /**
   * @throws IllegalArgumentException if the settings name certificates that cannot be read
   */
  public TritonEngine(
      ModelRepository repository, TritonSettings settings, Clock clock, TritonListener listener) {
    this.listener = listener;
    this.connection = new TritonConnection(settings.connection());
    this.features = new FeatureCache(settings.cachedFeatureBytesMax());
    TritonSettings.Timing timing = settings.timing();
    this.watch =
        new ServerWatch(
            new ServerExamination(connection, repository, timing.probeTimeout()),
            connection,
            timing,
            this::changed);
    this.inferences = new Inferences(connection, watch, timing.inferenceTimeout(), clock, listener);
  }

  /** One that is computed and two behind it, which the server joins: two fill no larger batch. */
  @Override
  public int inFlightMax() {
    return 3;
  }

  @Override
  public void start() {
    watch.start();
  }

  private void changed(EngineHealth health) {
    if (health.isReady()) {
      ready.completeAsync(TritonEngine::nothing);
    } else {
      features.clear(); // The server that comes back may have another encoder.
    }
    listener.changed(health);
  }

  private static @Nullable Void nothing() {
    return null;
  }

  @Override
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  @Override
  public EngineHealth health() {
    return watch.health();
  }

  @Override
  public InferenceCall infer(InferenceBatch batch, Instant deadline) {
    TritonCall call = new TritonCall(batch, deadline);
    Optional<InferenceFailure> refusal = refusal(batch);
    if (refusal.isPresent()) {
      call.fail(refusal.get());
      return call;
    }
    ServedModel served = watch.models().get(batch.model().name());
    if (served == null) {
      call.fail(unavailable(watch.health())); // Gone within the last microseconds.
      return call;
    }
    calls.add(call);
    call.whenDone(() -> done(call));
    new BatchRun(call, served, inferences, features, listener).start();
    if (watch.health().state() == State.CLOSED) {
      call.stop(closed());
    }
    return call;
  }

  private Optional<InferenceFailure> refusal(InferenceBatch batch) {
    EngineHealth now = watch.health();
    if (!now.isReady()) {
      return Optional.of(unavailable(now));
    }
    Set<String> served = watch.models().keySet();
    return served.isEmpty() || served.contains(batch.model().name())
        ? batch.misfit()
        : Optional.of(
            InferenceFailure.modelUnknown(
                "model: %s (expected: one of %s)".formatted(batch.model().name(), served)));
  }

  private static InferenceFailure unavailable(EngineHealth health) {
    return InferenceFailure.unavailable(
        "Triton: %s (expected: READY): %s".formatted(health.state(), health.detail()));
  }

  private void done(TritonCall call) {
    calls.remove(call);
    List<List<GeneratedText>> answers = call.answers();
    int tokens =
        answers.stream()
            .flatMap(List::stream)
            .mapToInt(text -> text.tokens().tokenIds().length)
            .sum();
    listener.generated(answers.size(), tokens);
  }

  @Override
  public void close() {
    if (watch.health().state() == State.CLOSED) {
      return;
    }
    watch.close();
    calls.forEach(call -> call.stop(closed()));
    connection.close();
    ready.completeExceptionally(closed());
  }

  private static InferenceFailure closed() {
    return InferenceFailure.unavailable("Triton: closed");
  }
}

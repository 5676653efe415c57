package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The engine of models that a server of OpenAI's kind runs.
 *
 * <p>Batches are single pictures, many at once: the server makes batches of its own.
 */
public final class OpenAiEngine implements CaptionEngine {
  private final OpenAiSettings settings;
  private final OpenAiServer server;

  public OpenAiEngine(OpenAiSettings settings, Clock clock) {
    this.settings = settings;
    this.server = new OpenAiServer(settings, clock);
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public CompletionStage<Void> ready() {
    return server.ready();
  }

  @Override
  public int inFlightMax() {
    return settings.requestsMax();
  }

  @Override
  public int concurrency() {
    return inFlightMax();
  }

  @Override
  public EngineHealth health() {
    return server.health();
  }

  @Override
  public InferenceCall infer(InferenceBatch batch, Instant deadline) {
    Optional<InferenceFailure> refusal = refusal(batch);
    if (refusal.isPresent()) {
      return new FailedCall(
          Collections.nCopies(batch.items().size(), CompletableFuture.failedStage(refusal.get())));
    }
    PictureCall call = new PictureCall(server, batch.items().getFirst(), deadline);
    call.askNext();
    return call;
  }

  private Optional<InferenceFailure> refusal(InferenceBatch batch) {
    String name = batch.model().name();
    return name.equals(settings.model())
        ? batch.misfit()
        : Optional.of(
            InferenceFailure.modelUnknown(
                "model: %s (expected: %s)".formatted(name, settings.model())));
  }

  private record FailedCall(List<CompletionStage<List<GeneratedText>>> items)
      implements InferenceCall {
    @Override
    public void cancel() {}
  }

  @Override
  public void close() {
    server.close();
  }
}

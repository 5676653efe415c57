package io.vignette.worker;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that answers every prompt with the same tokens at once. */
final class EchoEngine implements CaptionEngine {
  final AtomicInteger pictures = new AtomicInteger();
  private final long[] answer;

  EchoEngine(long... answer) {
    this.answer = answer;
  }

  @Override
  public void start() {}

  @Override
  public CompletionStage<Void> ready() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public EngineHealth health() {
    return new EngineHealth(EngineHealth.State.READY, "echo");
  }

  @Override
  public InferenceCall infer(InferenceBatch batch, Instant deadline) {
    List<CompletionStage<List<GeneratedText>>> items = new ArrayList<>();
    for (InferenceItem item : batch.items()) {
      pictures.incrementAndGet();
      items.add(
          CompletableFuture.completedFuture(
              item.prompts().stream()
                  .<GeneratedText>map(prompt -> new GeneratedText.Tokens(answer, -0.1))
                  .toList()));
    }
    return new InferenceCall() {
      @Override
      public List<CompletionStage<List<GeneratedText>>> items() {
        return items;
      }

      @Override
      public void cancel() {}
    };
  }

  @Override
  public void close() {}
}

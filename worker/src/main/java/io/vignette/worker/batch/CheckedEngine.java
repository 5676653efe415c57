package io.vignette.worker.batch;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An engine held to its port's contract: it does not throw, and gives one completion an item. A
 * breach fails the batch; it must not lose requests.
 *
 * <p>Thread-safe, as the engine is.
 */
final class CheckedEngine {
  private final CaptionEngine engine;

  CheckedEngine(CaptionEngine engine) {
    this.engine = engine;
  }

  InferenceCall infer(InferenceBatch batch, Instant deadline) {
    int size = batch.items().size();
    InferenceCall call;
    try {
      call = engine.infer(batch, deadline);
    } catch (RuntimeException e) { // Whatever an engine comes up with.
      return new FailedCall(failedItems(size, InferenceFailure.from(e)), () -> {});
    }
    int items = call.items().size();
    return items == size
        ? call
        : new FailedCall(
            failedItems(
                size,
                InferenceFailure.backend("completions: %d (expected: %d)".formatted(items, size))),
            call::cancel);
  }

  private static List<CompletionStage<List<GeneratedText>>> failedItems(
      int size, InferenceFailure failure) {
    return Collections.nCopies(size, CompletableFuture.failedStage(failure));
  }

  private record FailedCall(List<CompletionStage<List<GeneratedText>>> items, Runnable cancelling)
      implements InferenceCall {
    @Override
    public void cancel() {
      cancelling.run();
    }
  }
}

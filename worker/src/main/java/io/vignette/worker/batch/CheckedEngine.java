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
    try {
      InferenceCall call = engine.infer(batch, deadline);
      List<CompletionStage<List<GeneratedText>>> items = List.copyOf(call.items());
      return items.size() == size
          ? new CheckedCall(items, call::cancel)
          : new CheckedCall(failed(size, wrongNumber(items.size(), size)), call::cancel);
    } catch (Throwable e) { // Whatever an engine comes up with, an error too.
      return new CheckedCall(failed(size, InferenceFailure.from(e)), () -> {});
    }
  }

  private static InferenceFailure wrongNumber(int items, int expected) {
    return InferenceFailure.backend("completions: %d (expected: %d)".formatted(items, expected));
  }

  private static List<CompletionStage<List<GeneratedText>>> failed(
      int size, InferenceFailure failure) {
    return Collections.nCopies(size, CompletableFuture.failedStage(failure));
  }

  private record CheckedCall(List<CompletionStage<List<GeneratedText>>> items, Runnable cancelling)
      implements InferenceCall {
    @Override
    public void cancel() {
      cancelling.run();
    }
  }
}

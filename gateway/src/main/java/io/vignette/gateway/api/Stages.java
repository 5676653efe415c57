package io.vignette.gateway.api;

import io.vignette.gateway.status.TableNotReadyException;
import io.vignette.gateway.submission.RejectedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for stages on a request's virtual thread, and takes their failures out of the wrapping. */
final class Stages {
  private Stages() {}

  static <T> T join(CompletionStage<T> stage) throws RejectedException {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RejectedException rejected) {
        throw rejected;
      }
      if (e.getCause() instanceof TableNotReadyException notReady) {
        throw notReady;
      }
      throw e;
    }
  }
}

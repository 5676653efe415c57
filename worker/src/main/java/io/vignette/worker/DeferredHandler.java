package io.vignette.worker;

import io.vignette.worker.lease.JobHandler;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets lanes join their groups while the rest of the worker is still loading: jobs that come early
 * wait for the handler.
 */
final class DeferredHandler implements JobHandler {
  private final CompletableFuture<JobHandler> handler;

  DeferredHandler(CompletableFuture<JobHandler> handler) {
    this.handler = handler;
  }

  @Override
  public CompletionStage<Void> handle(LeasedJob job) {
    JobHandler known = handler.getNow(null);
    return known == null ? handler.thenCompose(later -> later.handle(job)) : known.handle(job);
  }

  @Override
  public CompletionStage<Void> handleUnreadable(UnreadableJob job) {
    return handler.thenCompose(later -> later.handleUnreadable(job));
  }
}

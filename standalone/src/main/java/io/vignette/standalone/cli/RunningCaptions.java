package io.vignette.standalone.cli;

import io.vignette.standalone.captioning.CaptionRun;
import io.vignette.standalone.captioning.ResultsFeed;
import io.vignette.standalone.composition.RunningSystem;
import io.vignette.worker.load.EngineLoad;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A run on a system that may still be starting: what is submitted waits in Kafka for the rest. */
final class RunningCaptions {
  private RunningCaptions() {}

  /**
   * Runs to the end, or until the system breaks or somebody interrupts.
   *
   * @return the load of the engine from the first submission to the last result
   */
  static EngineLoad.Snapshot run(RunningSystem system, CaptionRun run) throws Exception {
    system.gateway().ready().whenComplete((ready, failure) -> giveUp(run, failure));
    system.worker().ready().whenComplete((ready, failure) -> giveUp(run, failure));
    system.brokerFault().thenAccept(run::systemFailed);
    system.worker().fault().thenAccept(run::systemFailed);
    system.gateway().fault().thenAccept(run::systemFailed);
    awaitTopics(system);
    EngineLoad.Snapshot before = system.worker().engineLoad().snapshot();
    try (ResultsFeed feed =
        ResultsFeed.open(
            system.bootstrapServers(),
            system.topics().results(),
            false,
            run::accept,
            run::systemFailed)) {
      system.phases().reached("submitting");
      run.run(system.submissions());
    }
    return system.worker().engineLoad().snapshot().since(before);
  }

  /** A broker that broke while starting would never make them. */
  private static void awaitTopics(RunningSystem system) throws Exception {
    CompletableFuture<Throwable> fault = system.brokerFault().toCompletableFuture();
    CompletableFuture.anyOf(system.gateway().topicsReady().toCompletableFuture(), fault).get();
    if (fault.isDone()) {
      throw new IllegalStateException(
          "the system does not work: " + fault.join().getMessage(), fault.join());
    }
  }

  private static void giveUp(CaptionRun run, @Nullable Throwable failure) {
    if (failure != null) {
      run.systemFailed(failure);
    }
  }
}

package io.vignette.worker;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.loop.RestartingLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stops lanes from acquiring while the engine cannot infer, and lets them again when it can. */
final class EngineWatch {
  private static final Duration EVERY = Duration.ofMillis(200);

  private final CaptionEngine engine;
  private final JobSource source;
  private final WorkerLog log;
  private final RestartingLoop loop;
  private final CompletableFuture<Throwable> fault = new CompletableFuture<>();

  EngineWatch(CaptionEngine engine, JobSource source, WorkerLog log) {
    this.engine = engine;
    this.source = source;
    this.log = log;
    this.loop = new RestartingLoop("engine-watch", EVERY, this::watch, log.loop("engine-watch"));
  }

  void start() {
    loop.start();
  }

  private void watch(RestartingLoop running) throws InterruptedException {
    boolean ready = true;
    while (!running.isStopping()) {
      EngineHealth health = engine.health();
      if (health.state() == EngineHealth.State.FAILED) {
        fault.complete(new IllegalStateException("engine: " + health.detail()));
      }
      if (health.isReady() != ready) {
        ready = health.isReady();
        if (ready) {
          source.resume();
        } else {
          source.pause();
        }
        log.engineState(ready, health.detail());
      }
      running.await(EVERY);
    }
  }

  /** Completes when the engine has failed for good. */
  CompletionStage<Throwable> fault() {
    return fault.minimalCompletionStage();
  }

  void close() {
    loop.close(EVERY);
  }
}

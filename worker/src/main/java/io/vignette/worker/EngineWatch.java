package io.vignette.worker;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.loop.RestartingLoop;
import java.time.Duration;

/** Stops lanes from acquiring while the engine cannot infer, and lets them again when it can. */
final class EngineWatch {
  private static final Duration EVERY = Duration.ofMillis(200);

  private final CaptionEngine engine;
  private final JobSource source;
  private final WorkerLog log;
  private final RestartingLoop loop;

  EngineWatch(CaptionEngine engine, JobSource source, WorkerLog log) {
    this.engine = engine;
    this.source = source;
    this.log = log;
    this.loop =
        new RestartingLoop(
            "engine-watch", EVERY, this::watch, fault -> log.trouble("engine-watch", fault));
  }

  void start() {
    loop.start();
  }

  private void watch(RestartingLoop running) throws InterruptedException {
    boolean ready = true;
    while (!running.isStopping()) {
      EngineHealth health = engine.health();
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

  void close() {
    loop.close(EVERY);
  }
}

package io.vignette.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.worker.load.EngineLoad;
import io.vignette.worker.load.LoadMetrics;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Starts the worker with the application and drains it before anything that it needs stops.
 *
 * <p>Start-up goes on in the worker's own threads.
 */
@ApplicationScoped
public class WorkerLifecycle {
  /** Before ledger, tables and broker. */
  private static final int STOPS_EARLY = 100;

  private final Worker worker;

  @Inject
  public WorkerLifecycle(WorkerPorts ports, WorkerSettings settings, MeterRegistry registry) {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    this.worker = new Worker(ports, settings, List.of(metrics), List.of(metrics));
    LoadMetrics.register(worker.engineLoad(), registry);
    Gauge.builder("vignette.worker.jobs.in.flight", worker, Worker::inFlight)
        .description("Attempts that have begun and are not durable yet")
        .strongReference(true)
        .register(registry);
  }

  void start(@Observes StartupEvent event) {
    worker.start();
  }

  void stop(@Observes @Priority(STOPS_EARLY) ShutdownEvent event) {
    worker.close();
  }

  /** Completes when jobs are being asked for and can be served; exceptionally if never. */
  public CompletionStage<Void> ready() {
    return worker.ready();
  }

  public boolean isReady() {
    return worker.isReady();
  }

  /** Whether a restart is the only help. */
  public boolean isBroken() {
    return worker.isBroken();
  }

  /** Completes when the engine has failed for good after it was ready. */
  public CompletionStage<Throwable> fault() {
    return worker.engineFault();
  }

  /** Whether Kafka answers. */
  public boolean hasKafka() {
    return worker.hasKafka();
  }

  /** A sentence about the engine. */
  public String engineDetail() {
    return worker.engineHealth().detail();
  }

  /** How much of the engine is in use, and what it waits for. */
  public EngineLoad engineLoad() {
    return worker.engineLoad();
  }

  /** Where the time of all jobs went so far. */
  public StageTimes stageTimes() {
    return worker.stageTimes();
  }

  /** Drains and stops; repeated calls have no effect. */
  public void close() {
    worker.close();
  }
}

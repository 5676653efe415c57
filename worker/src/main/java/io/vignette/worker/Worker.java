package io.vignette.worker;

import io.vignette.kafka.KafkaWatch;
import io.vignette.models.Model;
import io.vignette.wire.KafkaConnection;
import io.vignette.worker.batch.Batcher;
import io.vignette.worker.cancellation.CancellationFeed;
import io.vignette.worker.cancellation.CancelledJobs;
import io.vignette.worker.delay.DelayForwarder;
import io.vignette.worker.delay.Destinations;
import io.vignette.worker.drain.Drain;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.lease.JobHandler;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LeaseConfig.Source;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeaseSettings;
import io.vignette.worker.lease.ShareGroupJobSource;
import io.vignette.worker.lease.UnreadableJob;
import io.vignette.worker.lease.group.ConsumerGroupJobSource;
import io.vignette.worker.load.EngineLoad;
import io.vignette.worker.outcome.OutcomePublisher;
import io.vignette.worker.pipeline.EncoderPrompts;
import io.vignette.worker.pipeline.JobPipeline;
import io.vignette.worker.pipeline.PipelineListener;
import io.vignette.worker.preparation.PooledPreparer;
import io.vignette.worker.prompt.PromptEncoders;
import io.vignette.worker.solo.KafkaSoloMarks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A worker without its framework: lanes, pipeline, engine, forwarder, joined.
 *
 * <pre>
 *   new ──start()──► LOADING ──► READY ──close()──► CLOSED (from any state)
 * </pre>
 *
 * <p>While loading, lanes join their groups already; jobs that come early wait. A worker that
 * cannot load never becomes ready. Thread-safe.
 */
public final class Worker implements AutoCloseable {
  private static final Duration LOOP_END = Duration.ofSeconds(2);
  private static final Duration EARLY_JOBS_WAIT = Duration.ofSeconds(15);
  private static final int HELD_LEAST = 4;
  private static final int HELD_MOST = 4096;

  /** Beside the records of held jobs there are their pictures, decoded and prepared. */
  private static final int HELD_HEAP_PART = 16;

  private final WorkerPorts ports;
  private final WorkerSettings settings;
  private final WorkerLog log;
  private final Listeners listeners;
  private final StageTimes stageTimes = new StageTimes();
  private final EngineLoad load;
  private final ScheduledThreadPoolExecutor looks =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("engine-load").daemon(true).factory());
  private final Batcher batcher;
  private final PooledPreparer preparer;
  private final KafkaWatch kafka;
  private final JobSource source;
  private final CancelledJobs cancelled;
  private final CancellationFeed cancellations;
  private final KafkaSoloMarks soloMarks;
  private final DelayForwarder forwarder;
  private final EngineWatch engineWatch;
  private final CompletableFuture<JobHandler> handler = new CompletableFuture<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private @Nullable JobPipeline pipeline;
  private @Nullable PromptEncoders encoders;
  private boolean closed;

  public Worker(
      WorkerPorts ports,
      WorkerSettings settings,
      List<PipelineListener> ofJobs,
      List<LeaseListener> ofLeases) {
    this.ports = ports;
    this.settings = settings;
    this.log = new WorkerLog(settings.attempt().attemptBudget());
    this.listeners =
        new Listeners(
            joined(ofJobs, List.of(stageTimes, log)), joined(ofLeases, List.of(stageTimes, log)));
    this.preparer =
        new PooledPreparer(
            ports.images(),
            ports.limits(),
            settings.decodeThreads(),
            settings.largeFromPixels(),
            settings.scaledDecode());
    this.batcher =
        new Batcher(
            ports.engine(),
            settings
                .batch()
                .withInFlightMax(ports.engine().inFlightMax())
                .withHeld(2 * heldMax() + 1),
            preparer::open,
            ports.clock());
    this.load =
        new EngineLoad(
            new EngineLoad.Gauges(
                ports.engine().concurrency(),
                batcher::inFlight,
                () -> ports.engine().health().isReady(),
                batcher::waiting,
                preparer::decoding,
                () -> preparer.open() - preparer.decoding(),
                batcher::answered,
                batcher::imagesPerSecondMax),
            System::nanoTime);
    this.kafka = new KafkaWatch(new KafkaConnection(ports.kafka()), log.kafka());
    this.source = source();
    this.cancelled = new CancelledJobs(ports.clock());
    this.cancellations =
        new CancellationFeed(
            ports.kafka(),
            ports.topics().cancellations(),
            cancelled,
            log.loop("cancellations"),
            listeners::skipped);
    this.soloMarks =
        new KafkaSoloMarks(
            ports.kafka(),
            ports.topics().soloMarks(),
            settings.workerId(),
            ports.jobs(),
            ports.clock(),
            log.loop("solo-marks")::failed,
            listeners::skipped);
    this.forwarder =
        new DelayForwarder(
            ports.kafka(),
            ports.topics(),
            new Destinations(ports.jobs(), this::setAside),
            ports.clock(),
            log.loop("delay-forwarder"));
    this.engineWatch = new EngineWatch(ports.engine(), source, log);
  }

  private JobSource source() {
    return settings.lease().source() == Source.SHARE_GROUP
        ? new ShareGroupJobSource(
            ports.kafka(),
            ports.topics(),
            settings.lease().fittedTo(heldMax()),
            listeners,
            kafka::isPresent,
            ports.clock())
        : new ConsumerGroupJobSource(
            ports.kafka(),
            ports.topics(),
            settings.lease(),
            heldMax(),
            Runtime.getRuntime().maxMemory() / HELD_HEAP_PART,
            listeners,
            ports.clock());
  }

  /** What the engine has in work, what waits for it and what is prepared: each as much. */
  private int heldMax() {
    int batch =
        ports.models().models().stream().mapToInt(Model::preferredBatchSize).max().orElse(1);
    return Math.clamp(3L * ports.engine().inFlightMax() * batch, HELD_LEAST, HELD_MOST);
  }

  /** A quarter of what the bulk lanes hold. */
  private int slowImagesMax() {
    LeaseSettings lease = settings.lease().fittedTo(heldMax());
    int held =
        lease.source() == Source.SHARE_GROUP
            ? lease.bulkLanes() * lease.recordsPerFetch()
            : heldMax();
    return Math.max(1, held / 4);
  }

  /** The forwarder runs only while there is a pipeline. */
  private CompletionStage<Void> setAside(UnreadableJob record) {
    return handler.thenCompose(running -> running.handleUnreadable(record));
  }

  private static <T> List<T> joined(List<T> some, List<? extends T> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  /** Begins to load and to join, and returns at once. Call once. */
  public void start() {
    if (preparer.lacksScaledDecode()) {
      log.noScaledDecode();
    }
    ports.engine().start();
    looks.scheduleAtFixedRate(
        load::look, EngineLoad.LOOK_MILLIS, EngineLoad.LOOK_MILLIS, TimeUnit.MILLISECONDS);
    kafka.start();
    cancellations.start();
    source.start(new DeferredHandler(handler));
    Thread.ofPlatform().name("worker-start").daemon(true).start(this::load);
    CompletableFuture.delayedExecutor(EARLY_JOBS_WAIT.toSeconds(), TimeUnit.SECONDS)
        .execute(this::pauseIfLoading);
  }

  /** Leases must not run out on a worker that loads for long. */
  private void pauseIfLoading() {
    if (!handler.isDone()) {
      source.pause();
    }
  }

  private void load() {
    try {
      JobPipeline loaded = assemble(PromptEncoders.load(ports.models()));
      loaded.start();
      // Said at once, not when Kafka is there too.
      ports.engine().ready().whenComplete(this::failWithEngine);
      cancellations
          .loaded()
          .thenCombine(ports.engine().ready(), (known, engine) -> loaded)
          .whenComplete(this::serve);
    } catch (IOException e) {
      fail(new UncheckedIOException("tokenizer: cannot be loaded", e));
    } catch (RuntimeException | LinkageError e) {
      fail(e);
    }
  }

  private void failWithEngine(Void loaded, @Nullable Throwable thrown) {
    if (thrown != null) {
      fail(thrown);
    }
  }

  private void fail(Throwable cause) {
    boolean expected = isClosed();
    if (ready.completeExceptionally(cause)) {
      source.stopAcquiring();
      if (!expected) {
        log.broken(cause);
      }
    }
  }

  private synchronized JobPipeline assemble(PromptEncoders loaded) {
    OutcomePublisher outcomes =
        new OutcomePublisher(
            ports.events(), ports.jobs(), ports.topics(), settings.workerId(), ports.clock());
    JobPipeline assembled =
        new JobPipeline(
            new JobPipeline.Ports(
                ports.models()::find,
                new EncoderPrompts(loaded),
                preparer,
                batcher::submit,
                () -> ports.engine().health().isReady(),
                ports.engine().isInProcess(),
                soloMarks,
                cancelled,
                outcomes,
                listeners,
                ports.clock()),
            settings.attempt(),
            slowImagesMax());
    encoders = loaded;
    pipeline = assembled;
    return assembled;
  }

  private void serve(@Nullable JobPipeline loaded, @Nullable Throwable thrown) {
    if (thrown != null || loaded == null) {
      fail(thrown == null ? new IllegalStateException("pipeline: none (expected: one)") : thrown);
      return;
    }
    handler.complete(loaded);
    source.resume();
    engineWatch.start();
    forwarder.start();
    source.ready().whenComplete((polling, never) -> ready.complete(null));
  }

  /** Completes when jobs are being asked for and can be served; exceptionally if never. */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Whether jobs can be served now: once ready, as long as the engine and Kafka are there. */
  public boolean isReady() {
    return ready.isDone()
        && !ready.isCompletedExceptionally()
        && engineHealth().isReady()
        && hasKafka();
  }

  /** Whether Kafka answers. */
  public boolean hasKafka() {
    return kafka.isPresent();
  }

  /** Whether a restart is the only help. */
  public boolean isBroken() {
    return ready.isCompletedExceptionally() || engineHealth().state() == EngineHealth.State.FAILED;
  }

  /** Completes when the engine has failed for good after it was ready. */
  public CompletionStage<Throwable> engineFault() {
    return engineWatch.fault();
  }

  public EngineHealth engineHealth() {
    return ports.engine().health();
  }

  /** How much of the engine is in use, and what it waits for. */
  public EngineLoad engineLoad() {
    return load;
  }

  /** Where the time of all jobs went so far. */
  public StageTimes stageTimes() {
    return stageTimes;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Attempts begun and not durable yet. */
  public synchronized int inFlight() {
    return pipeline == null ? 0 : pipeline.inFlight();
  }

  /** Drains, then closes the engine. Blocks for a little longer than the drain timeout at most. */
  @Override
  public void close() {
    JobPipeline running;
    PromptEncoders loaded;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      running = pipeline;
      loaded = encoders;
    }
    leave(running);
    looks.shutdownNow();
    batcher.close();
    preparer.close();
    ports.engine().close();
    if (loaded != null) {
      loaded.close();
    }
  }

  private void leave(@Nullable JobPipeline running) {
    if (running != null && handler.isDone()) {
      new Drain(source, running, settings.drainTimeout()).run();
      engineWatch.close();
      forwarder.close(LOOP_END);
    } else {
      source.close(Duration.ZERO);
    }
    if (running != null) {
      running.close();
    }
    cancellations.close(LOOP_END);
    soloMarks.close();
    kafka.close();
  }
}

package io.vignette.worker.engine.triton;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.triton.ServerExamination.Findings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows how a server does.
 *
 * <pre>
 *   new ──start()──► STARTING ──examined well──► READY ──suspected, or a probe fails──► UNAVAILABLE
 *                        └──other models──► UNAVAILABLE ──examined well──► READY      (any) ──► CLOSED
 * </pre>
 *
 * <p>While the server is not ready it is examined again and again; while it is ready, when no
 * inference has succeeded for some time. Its models are compared every time, for they may have been
 * replaced. One examination runs at a time; all who ask meanwhile share the next.
 *
 * <p>Thread-safe; never blocks. Restarting a server, or a model in it, is its supervisor's task.
 */
final class ServerWatch implements AutoCloseable {
  /**
   * What follows from an examination.
   *
   * @param unproven why it is not known that the models live, if so
   */
  record Verdict(EngineHealth health, Optional<InferenceFailure> unproven) {

    /** What a batch is told that failed before, and perhaps not by its own fault. */
    InferenceFailure on(InferenceFailure failure) {
      if (!health.isReady()) {
        return InferenceFailure.unavailable(health.detail(), failure);
      }
      return failure.isRetryable() ? failure : unproven.orElse(failure);
    }
  }

  private record Known(EngineHealth health, Map<String, ServedModel> models) {}

  private final ServerExamination examination;
  private final TritonConnection connection;
  private final TritonSettings.Timing timing;
  private final Consumer<EngineHealth> changed;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("triton-watch").factory());

  private final OneAtATime<Verdict> examining = new OneAtATime<>(this::examineNow);

  private volatile Known known =
      new Known(new EngineHealth(State.STARTING, "not started"), Map.of());
  private volatile long aliveNanos = System.nanoTime();

  // Guarded by this.
  private Future<?> next = CompletableFuture.completedFuture(null);
  private boolean started;
  private boolean wasReady;

  /**
   * @param changed hears of every other state or detail, one at a time and in order; must not block
   */
  ServerWatch(
      ServerExamination examination,
      TritonConnection connection,
      TritonSettings.Timing timing,
      Consumer<EngineHealth> changed) {
    this.examination = examination;
    this.connection = connection;
    this.timing = timing;
    this.changed = changed;
  }

  /** Begins; repeated calls have no effect. */
  synchronized void start() {
    if (!started && health().state() != State.CLOSED) {
      started = true;
      // Nobody is told: most servers answer at once.
      known =
          new Known(
              new EngineHealth(State.STARTING, "connecting to Triton at " + endpoint()), Map.of());
      lookAgainIn(Duration.ZERO);
    }
  }

  EngineHealth health() {
    return known.health();
  }

  /** The models that can be inferred, by name; empty unless ready. */
  Map<String, ServedModel> models() {
    return known.models();
  }

  /** Notes that the server has just done its work. */
  void alive() {
    aliveNanos = System.nanoTime();
  }

  /** Takes the server for gone until an examination says otherwise, which begins at once. */
  synchronized void suspect(String detail) {
    if (health().isReady()) {
      become(new EngineHealth(State.UNAVAILABLE, detail), Map.of());
      lookAgainIn(Duration.ZERO);
    }
  }

  private synchronized void lookAgainIn(Duration wait) {
    next.cancel(false);
    if (health().state() != State.CLOSED) {
      next = timer.schedule(this::look, wait.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    Duration idle = Duration.ofNanos(System.nanoTime() - aliveNanos);
    if (health().isReady() && idle.compareTo(timing.probeEvery()) < 0) {
      lookAgainIn(timing.probeEvery().minus(idle));
    } else {
      examine();
    }
  }

  /**
   * Looks at the server now, or right after the examination that runs: what has begun before a
   * failure says nothing about it. Always completes normally.
   */
  CompletableFuture<Verdict> examine() {
    return examining.run();
  }

  private CompletableFuture<Verdict> examineNow() {
    Known before = known;
    if (before.health().state() == State.CLOSED) {
      return CompletableFuture.completedFuture(new Verdict(before.health(), Optional.empty()));
    }
    long begunNanos = System.nanoTime();
    return examination
        .examine()
        .handle((findings, thrown) -> conclude(before, begunNanos, findings, thrown));
  }

  private Verdict conclude(
      Known before, long begunNanos, @Nullable Findings findings, @Nullable Throwable thrown) {
    Optional<InferenceFailure> unproven =
        thrown != null
            ? Optional.of(InferenceFailure.from(thrown))
            : Optional.ofNullable(findings).flatMap(Findings::busy);
    if (thrown != null && isNoAnswer(unproven)) {
      connection.reconnect();
    }
    synchronized (this) {
      boolean outdated = known != before; // Suspected or closed meanwhile.
      if (!outdated && findings != null) {
        findings.busy().ifPresentOrElse(this::stay, () -> succeed(findings.models()));
      } else if (!outdated && thrown != null && !isExcused(before, begunNanos, unproven)) {
        fail(thrown);
      }
      lookAgainIn(outdated ? Duration.ZERO : pause());
      return new Verdict(health(), unproven);
    }
  }

  private static boolean isNoAnswer(Optional<InferenceFailure> failure) {
    return failure
        .map(InferenceFailure::kind)
        .filter(kind -> kind == Kind.TIMEOUT || kind == Kind.UNAVAILABLE)
        .isPresent();
  }

  /** A full queue proves nothing: a server that was not ready is not ready yet. */
  private void stay(InferenceFailure busy) {
    if (!health().isReady()) {
      fail(busy);
    }
  }

  private Duration pause() {
    return health().isReady() ? timing.probeEvery() : timing.retryEvery();
  }

  /** A slow answer to a probe does not count while others succeed; any other failure does. */
  private boolean isExcused(Known before, long begunNanos, Optional<InferenceFailure> failure) {
    boolean late = failure.map(InferenceFailure::kind).filter(Kind.TIMEOUT::equals).isPresent();
    return late && before.health().isReady() && aliveNanos - begunNanos > 0;
  }

  private void succeed(Map<String, ServedModel> models) {
    alive();
    wasReady = true;
    become(
        new EngineHealth(
            State.READY, "Triton at %s, models %s".formatted(endpoint(), models.keySet())),
        models);
  }

  private void fail(Throwable thrown) {
    Throwable root =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    boolean mismatch = root instanceof ModelMismatchException;
    String detail =
        mismatch
            ? "Triton at %s serves other models: %s".formatted(endpoint(), root.getMessage())
            : String.valueOf(root.getMessage());
    become(
        new EngineHealth(mismatch || wasReady ? State.UNAVAILABLE : State.STARTING, detail),
        Map.of());
  }

  private String endpoint() {
    return connection.endpoint().toString();
  }

  private synchronized void become(EngineHealth health, Map<String, ServedModel> models) {
    if (known.health().state() == State.CLOSED) {
      return;
    }
    boolean other = !health.equals(known.health());
    known = new Known(health, models);
    if (other) {
      changed.accept(health);
    }
  }

  @Override
  public synchronized void close() {
    become(new EngineHealth(State.CLOSED, "closed"), Map.of());
    timer.shutdownNow();
  }
}

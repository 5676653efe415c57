package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceFailure;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the server is there, by asking for its list of models.
 *
 * <pre>
 *   new ──start()──► STARTING ──► READY ◄──► UNAVAILABLE
 *                        │          │             │
 *                        └──────► FAILED          └──close()──► CLOSED (from any state)
 * </pre>
 *
 * <p>Asks when it starts, whenever a request gives reason to doubt, and again and again while the
 * server is away; never otherwise: a hosted server counts every request. A server without such a
 * list is there all the same. Thread-safe; never blocks.
 */
final class ServerWatch implements AutoCloseable {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final OpenAiSettings settings;
  private final Transport transport;
  private final Refusals refusals;
  private final Alarm alarm;
  private final Clock clock;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private volatile EngineHealth health = new EngineHealth(State.STARTING, "not started");

  // Guarded by this.
  private @Nullable Instant startUntil;
  private boolean probing;
  private Future<?> next = CompletableFuture.completedFuture(null);
  private Duration wait = FIRST_WAIT;

  ServerWatch(OpenAiSettings settings, Transport transport, Alarm alarm, Clock clock) {
    this.settings = settings;
    this.transport = transport;
    this.refusals = new Refusals(settings);
    this.alarm = alarm;
    this.clock = clock;
  }

  void start() {
    synchronized (this) {
      if (startUntil != null || health.state() != State.STARTING) {
        return;
      }
      startUntil = clock.instant().plus(settings.timeouts().start());
      health = new EngineHealth(State.STARTING, "asking " + settings.endpoint());
    }
    check();
  }

  /** Asks the server now unless that is going on or is pointless. */
  void check() {
    synchronized (this) {
      if (probing || isOver()) {
        return;
      }
      probing = true;
    }
    probe();
  }

  private void probe() {
    try {
      CompletableFuture<HttpResponse<LimitedBody.Content>> asked = transport.models();
      Future<?> timeout = alarm.after(PROBE_TIMEOUT, () -> asked.cancel(true));
      asked.whenComplete(
          (response, thrown) -> {
            timeout.cancel(false);
            if (thrown == null) {
              answered(HttpAnswer.of(response));
            } else {
              away(refusals.from(thrown).failure());
            }
          });
    } catch (RejectedExecutionException e) {
      away(InferenceFailure.unavailable("engine: closed", e));
    }
  }

  private void answered(HttpAnswer answer) {
    int status = answer.status();
    boolean speaks = answer.isSuccess() || status / 100 == 4 || status == 501;
    InferenceFailure failure = refusals.of(status, Optional.empty(), false).failure();
    if (status == 401) {
      giveUp(failure);
    } else if (speaks) {
      found(
          refusals.hidden(
              settings.endpoint() + ", " + ModelList.in(answer).describe(settings.model())));
    } else {
      away(failure);
    }
  }

  private void found(String detail) {
    synchronized (this) {
      probing = false;
      wait = FIRST_WAIT;
      next.cancel(false);
      become(new EngineHealth(State.READY, detail));
    }
    ready.complete(null);
  }

  private void away(InferenceFailure failure) {
    boolean tooLong;
    synchronized (this) {
      probing = false;
      boolean starting = health.state() == State.STARTING;
      tooLong = starting && startUntil != null && !clock.instant().isBefore(startUntil);
      if (!tooLong) {
        become(
            new EngineHealth(
                starting ? State.STARTING : State.UNAVAILABLE,
                String.valueOf(failure.getMessage())));
        askAgain();
      }
    }
    if (tooLong) {
      giveUp(failure);
    }
  }

  private synchronized void askAgain() {
    if (isOver()) {
      return;
    }
    next.cancel(false);
    try {
      next = alarm.after(wait, this::check);
    } catch (RejectedExecutionException e) {
      return; // Closed between the question and the answer.
    }
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
  }

  /** The server will never take what this engine sends. */
  void giveUp(InferenceFailure failure) {
    synchronized (this) {
      probing = false;
      become(new EngineHealth(State.FAILED, String.valueOf(failure.getMessage())));
    }
    ready.completeExceptionally(failure);
  }

  /** What has ended stays so. */
  private synchronized void become(EngineHealth next) {
    if (!isOver()) {
      health = next;
    }
  }

  private boolean isOver() {
    return health.state() == State.CLOSED || health.state() == State.FAILED;
  }

  /** Completes when the server has answered; exceptionally if it never will. */
  CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  EngineHealth health() {
    return health;
  }

  @Override
  public void close() {
    synchronized (this) {
      health = new EngineHealth(State.CLOSED, "closed");
    }
    ready.completeExceptionally(InferenceFailure.unavailable("engine: closed"));
  }
}

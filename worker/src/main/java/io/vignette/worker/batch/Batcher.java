package io.vignette.worker.batch;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Joins single requests to batches and hands them to an engine.
 *
 * <p>Requests share a batch if model and padded prompt length agree. While the {@link
 * DispatchWindow} has room, whatever waits goes at once, up to the model's preferred batch size;
 * while it is full, batches fill. A bulk batch that is not full lingers for others, if any are on
 * their way, and fills for as long as the engine is expected to be busy with what it has ({@link
 * BatchCurve}); it is overtaken by whatever gains nothing by waiting. Where preparation is slower
 * than the engine, batches of one would cost engine, answers and broker several times as much. So a
 * lone request waits for no company, an interactive one for nothing, and a busy engine gets full
 * batches. The engine's deadlines bound how long the window stays full; a waiting request whose
 * deadline has passed is found when its turn comes.
 *
 * <p>When a batch fails for a reason that one of its pictures may have caused, its halves go again,
 * down to the one that fails alone: one culprit among n costs at most 1 + 2·log₂ n inferences. Any
 * other failure, a transient one above all, goes to everybody in the batch: retrying is the
 * worker's decision.
 *
 * <p>Thread-safe; never blocks. Answers are completed by the engine's threads. Holds at most {@code
 * heldMax} requests and refuses more. Guarantees one completion a request; guarantees no order.
 */
public final class Batcher implements AutoCloseable {
  private static final long ALARMS_APART_NANOS = 1_000_000;

  private final CheckedEngine engine;
  private final BatchSettings settings;
  private final IntSupplier onTheirWay;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private final Object lock = new Object();
  // Guarded by lock, like the requests and flights in them.
  private final Buckets waiting = new Buckets();
  private final DispatchWindow window;
  private final BatchCurve curve;
  private long answered;
  private final List<Flight> flights = new ArrayList<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private int held;
  private long submitted;
  private boolean draining;
  private boolean alarmSet;

  /** By {@link #nanoTime}; of the next alarm, if one is set. */
  private long alarmAt;

  /** Calls of {@link #dispatch()} not yet served: one thread serves them all, none waits. */
  private final AtomicInteger dispatches = new AtomicInteger();

  /**
   * @param onTheirWay requests that will come soon, as far as is known; called under a lock, must
   *     not block
   */
  public Batcher(
      CaptionEngine engine, BatchSettings settings, IntSupplier onTheirWay, Clock clock) {
    this(engine, settings, onTheirWay, clock, System::nanoTime);
  }

  Batcher(
      CaptionEngine engine,
      BatchSettings settings,
      IntSupplier onTheirWay,
      Clock clock,
      LongSupplier nanoTime) {
    this.engine = new CheckedEngine(engine);
    this.settings = settings;
    this.onTheirWay = onTheirWay;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.window = new DispatchWindow(settings.inFlightMax());
    this.curve = new BatchCurve(engine.concurrency());
  }

  /**
   * Adds a request.
   *
   * @return the answer, or exceptionally an {@link InferenceFailure}. Cancel it to withdraw the
   *     request: a waiting one leaves the queue, and a batch in flight is cancelled when nobody
   *     aboard wants an answer any more.
   */
  public CompletableFuture<BatchedAnswer> submit(BatchRequest request) {
    Optional<InferenceFailure> misfit = request.misfit();
    if (misfit.isPresent()) {
      return CompletableFuture.failedFuture(misfit.get());
    }
    HeldRequest added;
    synchronized (lock) {
      Optional<InferenceFailure> refusal = refusal();
      if (refusal.isPresent()) {
        return CompletableFuture.failedFuture(refusal.get());
      }
      added = hold(request);
    }
    added.answer().whenComplete((answer, failure) -> settle(added));
    dispatch();
    return added.answer();
  }

  private Optional<InferenceFailure> refusal() {
    if (draining) {
      return Optional.of(InferenceFailure.unavailable("batcher: draining"));
    }
    if (held >= settings.heldMax()) {
      return Optional.of(
          InferenceFailure.overloaded(
              "requests held: %d (expected: less than %d)".formatted(held, settings.heldMax())));
    }
    return Optional.empty();
  }

  private HeldRequest hold(BatchRequest request) {
    HeldRequest added =
        new HeldRequest(request, submitted++, clock.instant(), settings.interactiveHeadStart());
    held++;
    waiting.add(added);
    return added;
  }

  /** Sends batches while the window has room. Re-entrant: an engine may complete at once. */
  private void dispatch() {
    if (dispatches.getAndIncrement() != 0) {
      return;
    }
    int served = 1;
    do {
      Flight flight;
      while ((flight = nextFlight()) != null) {
        launch(flight);
      }
      served = dispatches.addAndGet(-served);
    } while (served != 0);
  }

  private @Nullable Flight nextFlight() {
    List<HeldRequest> expired = new ArrayList<>();
    Flight flight = null;
    synchronized (lock) {
      if (window.hasRoom()) {
        Instant now = clock.instant();
        Patience patience = patience();
        List<HeldRequest> batch = waiting.poll(now, patience, expired);
        if (batch.isEmpty()) {
          waiting.shortestLinger(now, patience).ifPresent(this::setAlarm);
        } else {
          window.enter();
          flight = new Flight(batch, now, nanoTime.getAsLong());
          flights.add(flight);
        }
      }
    }
    expired.forEach(Batcher::expire);
    return flight;
  }

  private Patience patience() {
    boolean companyIsComing = !draining && onTheirWay.getAsInt() > 0;
    return new Patience(
        companyIsComing ? settings.linger() : Duration.ZERO,
        Duration.ofNanos((long) curve.busyNanos(flights, nanoTime.getAsLong())));
  }

  /** Looks again when a batch has lingered, if no look is due by then. */
  private void setAlarm(Duration left) {
    long at = nanoTime.getAsLong() + left.toNanos();
    if (!alarmSet || alarmAt - at > ALARMS_APART_NANOS) {
      alarmSet = true;
      alarmAt = at;
      CompletableFuture.delayedExecutor(left.toNanos(), TimeUnit.NANOSECONDS)
          .execute(() -> alarm(at));
    }
  }

  private void alarm(long at) {
    synchronized (lock) {
      alarmSet &= alarmAt != at;
    }
    dispatch();
  }

  private static void expire(HeldRequest late) {
    late.answer()
        .completeExceptionally(
            InferenceFailure.expired(
                "deadline: %s (expected: after the start of the inference)"
                    .formatted(late.request().deadline())));
  }

  private void launch(Flight flight) {
    flight.passengers().forEach(passenger -> passenger.request().boarded().run());
    List<CompletionStage<List<GeneratedText>>> items = infer(flight);
    for (int i = 0; i < flight.size(); i++) {
      HeldRequest passenger = flight.passengers().get(i);
      items.get(i).whenComplete((texts, thrown) -> arrive(flight, passenger, texts, thrown));
    }
  }

  private List<CompletionStage<List<GeneratedText>>> infer(Flight flight) {
    InferenceCall call = engine.infer(flight.batch(), flight.deadline());
    boolean abandoned;
    synchronized (lock) {
      flight.took(call);
      abandoned = flight.isAbandoned();
    }
    if (abandoned) {
      call.cancel();
    }
    return call.items();
  }

  private void arrive(
      Flight flight,
      HeldRequest passenger,
      @Nullable List<GeneratedText> texts,
      @Nullable Throwable thrown) {
    InferenceFailure failure = thrown == null ? null : InferenceFailure.from(thrown);
    boolean goesAgain = failure != null && failure.isIsolable() && flight.size() > 1;
    boolean landed;
    InferenceCall abandoned;
    synchronized (lock) {
      flight.arrived(passenger);
      answered += failure == null ? 1 : 0;
      if (goesAgain) {
        flight.suspect(passenger);
      }
      landed = flight.hasLanded();
      if (landed) {
        learn(flight, failure == null);
        land(flight);
      }
      abandoned = callIfAbandoned(flight);
    }
    cancel(abandoned);
    if (landed) {
      dispatch();
    }
    if (!goesAgain) {
      complete(flight, passenger, texts, failure);
    }
  }

  /** What is refused behind another batch was not computed. */
  private void learn(Flight flight, boolean answers) {
    long now = nanoTime.getAsLong();
    if (answers) {
      curve.landed(flight.model(), flight.size(), flight.startedNanos(), now);
    } else if (flights.getFirst() == flight) {
      curve.ended(now);
    }
  }

  private void land(Flight flight) {
    window.leave();
    flights.remove(flight);
    flight.suspectHalves().forEach(waiting::addSuspects);
  }

  private void complete(
      Flight flight,
      HeldRequest passenger,
      @Nullable List<GeneratedText> texts,
      @Nullable InferenceFailure failure) {
    if (failure != null) {
      passenger.answer().completeExceptionally(failure);
    } else if (texts == null) {
      passenger.answer().completeExceptionally(InferenceFailure.backend("answers: none"));
    } else {
      passenger
          .answer()
          .complete(
              new BatchedAnswer(
                  texts,
                  flight.size(),
                  flight.waited(passenger),
                  flight.inferred(clock.instant())));
    }
  }

  /** Runs once a request, whoever completed its answer. */
  private void settle(HeldRequest settled) {
    InferenceCall abandoned = null;
    boolean empty;
    synchronized (lock) {
      held--;
      waiting.remove(settled);
      Flight flight = settled.flight();
      if (flight != null) {
        flight.leaves(settled);
        abandoned = callIfAbandoned(flight);
      }
      empty = draining && held == 0;
    }
    cancel(abandoned);
    if (empty) {
      drained.complete(null);
    }
  }

  private static @Nullable InferenceCall callIfAbandoned(Flight flight) {
    return flight.isAbandoned() ? flight.call() : null;
  }

  private static void cancel(@Nullable InferenceCall call) {
    if (call != null) {
      call.cancel();
    }
  }

  /** Requests waiting or in flight. */
  public int held() {
    synchronized (lock) {
      return held;
    }
  }

  /** Requests that no batch has taken yet. */
  public int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /** Images answered since the start. */
  public long answered() {
    synchronized (lock) {
      return answered;
    }
  }

  /** What the engine could do, by what it did at its best batch size; 0 before the first batch. */
  public double imagesPerSecondMax() {
    synchronized (lock) {
      return curve.imagesPerSecondMax();
    }
  }

  /** Batches at the engine. */
  public int inFlight() {
    synchronized (lock) {
      return window.inFlight();
    }
  }

  /** Refuses new requests from now on; completes when the last one held is complete. */
  public CompletionStage<Void> drain() {
    boolean empty;
    synchronized (lock) {
      draining = true;
      empty = held == 0;
    }
    if (empty) {
      drained.complete(null);
    }
    return drained.minimalCompletionStage();
  }

  /**
   * Refuses new requests, fails those that wait as unavailable and cancels those in flight. Does
   * not wait for the engine. Repeated calls have no effect.
   */
  @Override
  public void close() {
    List<HeldRequest> left;
    synchronized (lock) {
      draining = true;
      left = new ArrayList<>(waiting.pollAll());
      flights.forEach(flight -> left.addAll(flight.passengers()));
    }
    InferenceFailure closed = InferenceFailure.unavailable("batcher: closed");
    left.forEach(request -> request.answer().completeExceptionally(closed));
  }
}

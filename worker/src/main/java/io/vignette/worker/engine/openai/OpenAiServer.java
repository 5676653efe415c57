package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.openai.AnswerReader.Reading;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One model of one server, asked about one picture at a time, many times at once.
 *
 * <p>Thread-safe; never blocks. Takes {@code requestsMax} questions and refuses more: whoever asks
 * keeps the queue. When the server says that it is overloaded, questions that have been taken wait
 * as long as it wants, if that is short; if it is long, the engine is unavailable until then, so
 * that jobs go elsewhere or wait where waiting costs nothing.
 */
final class OpenAiServer implements AutoCloseable {
  /** The longest pause that questions are held through. */
  static final Duration HELD_MAX = Duration.ofSeconds(10);

  private static final Duration UNPAID_PAUSE = Duration.ofMinutes(1);

  /** Pictures in a row that may break the server before it is the server that is broken. */
  private static final int BROKEN_MAX = 2;

  private static final Duration BROKEN_PAUSE = Duration.ofSeconds(30);

  private final OpenAiSettings settings;
  private final Clock clock;
  private final Transport transport;
  private final Alarm alarm = new Alarm();
  private final Refusals refusals;
  private final AnswerReader reader;
  private final ServerWatch watch;
  private final OverloadPause pause;
  private final Semaphore permits;
  private final AtomicReference<Dialect> dialect = new AtomicReference<>(Dialect.COMMON);
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger broken = new AtomicInteger();

  OpenAiServer(OpenAiSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.transport = new Transport(settings);
    this.refusals = new Refusals(settings);
    this.reader = new AnswerReader(settings, refusals);
    this.watch = new ServerWatch(settings, transport, alarm, clock);
    this.pause = new OverloadPause(clock);
    this.permits = new Semaphore(settings.requestsMax());
  }

  /** Begins to look for the server. Repeated calls have no effect. */
  void start() {
    watch.start();
  }

  CompletionStage<Void> ready() {
    return watch.ready();
  }

  EngineHealth health() {
    EngineHealth health = watch.health();
    return health.isReady() && pause.left().compareTo(HELD_MAX) > 0
        ? new EngineHealth(
            State.UNAVAILABLE,
            "%s: wants no requests until %s".formatted(settings.endpoint(), pause.end()))
        : health;
  }

  /** Questions taken and not answered. */
  int inFlight() {
    return open.size();
  }

  /**
   * Asks. Complete the answer exceptionally to withdraw the question: the request ends.
   *
   * @param deadline after which nobody wants the answer
   * @return the answer, or exceptionally an {@link InferenceFailure}
   */
  CompletableFuture<ChatAnswer> ask(ChatQuestion question, Instant deadline) {
    Optional<InferenceFailure> refusal = refusal(question, deadline);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    if (!permits.tryAcquire()) {
      return CompletableFuture.failedFuture(
          InferenceFailure.overloaded(
              "requests: %d at the server (expected: less)".formatted(settings.requestsMax())));
    }
    Exchange exchange = new Exchange(question, new ServerLine(), alarm);
    open.add(exchange);
    CompletableFuture<ChatAnswer> told = told(exchange);
    begin(exchange, deadline);
    if (watch.health().state() == State.CLOSED) {
      exchange.stop(closed());
    }
    return told;
  }

  /**
   * The exchange's answer, told when its place is free again: who hears of it may ask the next
   * question there and then.
   */
  private CompletableFuture<ChatAnswer> told(Exchange exchange) {
    CompletableFuture<ChatAnswer> told = new CompletableFuture<>();
    exchange
        .answer()
        .whenComplete(
            (answer, thrown) -> {
              settle(exchange);
              if (thrown == null) {
                told.complete(answer);
              } else {
                told.completeExceptionally(thrown);
              }
            });
    told.whenComplete(
        (answer, thrown) -> {
          if (thrown != null) {
            exchange.stop(InferenceFailure.from(thrown));
          }
        });
    return told;
  }

  private Optional<InferenceFailure> refusal(ChatQuestion question, Instant deadline) {
    EngineHealth now = health();
    if (!now.isReady()) {
      return Optional.of(
          InferenceFailure.unavailable(
              "server: %s (expected: READY): %s".formatted(now.state(), now.detail())));
    }
    if (!clock.instant().isBefore(deadline)) {
      return Optional.of(expired(deadline));
    }
    int bytes = question.image().length;
    int bytesMax = settings.limits().imageBytes();
    return bytes >= 1 && bytes <= bytesMax
        ? Optional.empty()
        : Optional.of(
            InferenceFailure.invalidInput(
                "picture: %d bytes (expected: 1 to %d)".formatted(bytes, bytesMax)));
  }

  private void begin(Exchange exchange, Instant deadline) {
    Duration wait = pause.left();
    Duration toDeadline = Duration.between(clock.instant(), deadline);
    Duration toTimeout = wait.plus(settings.timeouts().request());
    if (toDeadline.compareTo(toTimeout) <= 0) {
      exchange.begin(wait, toDeadline, Refusal.of(expired(deadline), Refusal.Consequence.PROBE));
    } else {
      exchange.begin(wait, toTimeout, refusals.late());
    }
  }

  private static InferenceFailure expired(Instant deadline) {
    return InferenceFailure.expired(
        "deadline: %s (expected: after the answer)".formatted(deadline));
  }

  private static InferenceFailure closed() {
    return InferenceFailure.unavailable("engine: closed");
  }

  private void settle(Exchange exchange) {
    if (open.remove(exchange)) {
      exchange.withdraw();
      permits.release();
    }
  }

  /** What the exchanges see of this. */
  private final class ServerLine implements Exchange.Line {
    @Override
    public Dialect dialect() {
      return dialect.get();
    }

    @Override
    public CompletableFuture<HttpResponse<LimitedBody.Content>> send(
        ChatQuestion question, Dialect spoken) {
      return transport.ask(ChatBody.of(question, settings.model(), spoken), question.trace());
    }

    @Override
    public Reading read(HttpAnswer answer) {
      Reading reading = reader.read(answer);
      if (reading instanceof Reading.Answered) {
        broken.set(0);
      }
      return reading;
    }

    @Override
    public Refusal read(Throwable thrown) {
      return refusals.from(thrown);
    }

    @Override
    public InferenceFailure refused(Refusal refusal, Optional<HttpAnswer> answer) {
      refusal
          .unsupportedField()
          .ifPresent(field -> dialect.updateAndGet(spoken -> spoken.without(field).orElse(spoken)));
      switch (refusal.consequence()) {
        case NONE -> {}
        case ASK_AGAIN -> {
          if (broken.incrementAndGet() > BROKEN_MAX) {
            pause.extend(BROKEN_PAUSE);
            return InferenceFailure.unavailable(
                "%d requests in a row broke the server (expected: an answer between), the last: %s"
                    .formatted(broken.get(), refusal.failure().getMessage()),
                refusal.failure());
          }
        }
        case PAUSE -> pause.extend(namedWait(answer));
        case LONG_PAUSE -> {
          pause.extend(namedWait(answer));
          pause.extend(UNPAID_PAUSE);
        }
        case PROBE -> watch.check();
        case GIVE_UP -> watch.giveUp(refusal.failure());
      }
      return refusal.failure();
    }

    private Duration namedWait(Optional<HttpAnswer> answer) {
      return answer
          .map(http -> RetryAfter.of(http.headers(), clock.instant()))
          .orElse(RetryAfter.STANDARD);
    }
  }

  /** Fails what is in flight as unavailable. Repeated calls have no effect. */
  @Override
  public void close() {
    watch.close();
    open.forEach(exchange -> exchange.stop(closed()));
    alarm.close();
    transport.close();
  }
}

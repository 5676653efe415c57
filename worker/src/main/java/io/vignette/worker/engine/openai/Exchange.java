package io.vignette.worker.engine.openai;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.openai.AnswerReader.Reading;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A question from its arrival to its answer.
 *
 * <pre>
 *   waiting (the server is overloaded) ──► sent ──► answered
 *        │                                 ▲  │
 *        │        asked again, differently └──┤
 *        └──────────── late, stopped ─────────┴──► failed
 * </pre>
 *
 * <p>Thread-safe. The first ending stands.
 */
final class Exchange {
  // The second gives a server time to fall that is about to: then the connection fails, and not the
  // request.
  private static final List<Duration> BEFORE_OTHER_TRIES =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(5));

  /** The server's side of it. */
  interface Line {
    /** How the server wants to be asked, as far as is known. */
    Dialect dialect();

    CompletableFuture<HttpResponse<LimitedBody.Content>> send(
        ChatQuestion question, Dialect dialect);

    Reading read(HttpAnswer answer);

    Refusal read(Throwable thrown);

    /** Told of every refusal; says what the picture is told, if it is the last word. */
    InferenceFailure refused(Refusal refusal, Optional<HttpAnswer> answer);
  }

  private final ChatQuestion question;
  private final Line line;
  private final Alarm alarm;
  private final CompletableFuture<ChatAnswer> answer = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<?> sent;
  private volatile int mishaps;

  Exchange(ChatQuestion question, Line line, Alarm alarm) {
    this.question = question;
    this.line = line;
    this.alarm = alarm;
  }

  /** The answer, or exceptionally an {@link InferenceFailure}. */
  CompletableFuture<ChatAnswer> answer() {
    return answer;
  }

  /**
   * Sends the question.
   *
   * @param wait how long the server wants to be left alone
   * @param time until {@code late} is the answer
   */
  void begin(Duration wait, Duration time, Refusal late) {
    try {
      Future<?> end = alarm.after(time, () -> refuse(late, Optional.empty()));
      answer.whenComplete((done, thrown) -> end.cancel(false));
      sendAfter(wait);
    } catch (RejectedExecutionException e) {
      stop(InferenceFailure.unavailable("engine: closed", e));
    }
  }

  private void sendAfter(Duration wait) {
    if (wait.isZero()) {
      send();
    } else {
      Future<?> later = alarm.after(wait, this::send);
      answer.whenComplete((done, thrown) -> later.cancel(false));
    }
  }

  private void send() {
    if (answer.isDone()) {
      return;
    }
    Dialect dialect = line.dialect();
    CompletableFuture<HttpResponse<LimitedBody.Content>> sending = line.send(question, dialect);
    sent = sending;
    if (answer.isDone()) {
      sending.cancel(true);
    }
    sending.whenComplete((response, thrown) -> received(dialect, response, thrown));
  }

  private void received(
      Dialect dialect,
      @Nullable HttpResponse<LimitedBody.Content> response,
      @Nullable Throwable thrown) {
    if (answer.isDone()) {
      return;
    }
    try {
      if (thrown != null) {
        refuse(line.read(thrown), Optional.empty());
      } else if (response != null) {
        read(dialect, HttpAnswer.of(response));
      }
    } catch (RuntimeException e) { // The outermost loop of a request: nobody else would hear of it.
      stop(InferenceFailure.backend("answer: " + e, e));
    }
  }

  private void read(Dialect dialect, HttpAnswer http) {
    switch (line.read(http)) {
      case Reading.Answered answered -> answer.complete(answered.answer());
      case Reading.Refused(Refusal refusal) -> {
        boolean speaksOtherwise = refusal.unsupportedField().flatMap(dialect::without).isPresent();
        if (speaksOtherwise) {
          line.refused(refusal, Optional.of(http));
          send();
        } else if (refusal.consequence() == Refusal.Consequence.ASK_AGAIN
            && mishaps < BEFORE_OTHER_TRIES.size()) {
          sendAfter(BEFORE_OTHER_TRIES.get(mishaps));
          mishaps++;
        } else {
          refuse(refusal, Optional.of(http));
        }
      }
    }
  }

  private void refuse(Refusal refusal, Optional<HttpAnswer> http) {
    stop(line.refused(refusal, http));
  }

  /** Ends the exchange unless it has ended. */
  void stop(InferenceFailure failure) {
    answer.completeExceptionally(failure);
  }

  /** Ends the request under way, if there is one: the answer is there, or nobody wants it. */
  void withdraw() {
    CompletableFuture<?> sending = sent;
    if (sending != null) {
      sending.cancel(true);
    }
  }
}

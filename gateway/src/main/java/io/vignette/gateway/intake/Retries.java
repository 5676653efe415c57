package io.vignette.gateway.intake;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Repeats what fails for a while, with growing pauses: 0.2 s, twice as long each time, at most 10
 * s.
 *
 * <p>Thread-safe; never blocks.
 */
final class Retries {
  private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
  private static final int DOUBLINGS_MAX = 10;

  private final BiConsumer<Duration, Runnable> timer;

  /**
   * @param timer runs a task after a pause
   */
  Retries(BiConsumer<Duration, Runnable> timer) {
    this.timer = timer;
  }

  /**
   * Runs {@code work} until it succeeds or {@code again} refuses.
   *
   * @param again whether a failure is to be tried again, after so many attempts
   */
  <T> CompletableFuture<T> run(
      Supplier<CompletionStage<T>> work, BiPredicate<Throwable, Integer> again) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    new Run<>(work, again, outcome).attempt(1);
    return outcome;
  }

  private final class Run<T> {
    private final Supplier<CompletionStage<T>> work;
    private final BiPredicate<Throwable, Integer> again;
    private final CompletableFuture<T> outcome;

    Run(
        Supplier<CompletionStage<T>> work,
        BiPredicate<Throwable, Integer> again,
        CompletableFuture<T> outcome) {
      this.work = work;
      this.again = again;
      this.outcome = outcome;
    }

    void attempt(int number) {
      // Composed, so that what the work throws counts as its failure.
      CompletableFuture.completedStage(number)
          .thenCompose(started -> work.get())
          .whenComplete(
              (value, failure) -> {
                if (failure == null) {
                  outcome.complete(value);
                } else {
                  failed(number, unwrapped(failure));
                }
              });
    }

    private void failed(int attempts, Throwable failure) {
      if (again.test(failure, attempts)) {
        timer.accept(pauseAfter(attempts), () -> attempt(attempts + 1));
      } else {
        outcome.completeExceptionally(failure);
      }
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static Duration pauseAfter(int attempts) {
    Duration pause = PAUSE_FIRST.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX));
    return pause.compareTo(PAUSE_MAX) < 0 ? pause : PAUSE_MAX;
  }
}

package io.vignette.gateway.status;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka where the partitions of events end.
 *
 * <p>Thread-safe; never blocks. At most one question a partition is under way, however many want to
 * know: whoever asks meanwhile shares the next one. Kafka's admin client sends one request after
 * the other, so a question for each request would make all of them late under load.
 *
 * <p>Guarantees that an answer is of a question that was asked after the call, so that it counts
 * what was confirmed before the call.
 */
final class EventEnds {
  private final Partition[] partitions;

  /**
   * @param question asks Kafka for the end of a partition
   */
  EventEnds(int partitions, IntFunction<CompletionStage<Long>> question) {
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(number -> new Partition(number, question))
            .toArray(Partition[]::new);
  }

  /** The end of {@code partition}, now or later; fails as the question does. */
  CompletionStage<Long> of(int partition) {
    return partitions[partition].end();
  }

  private static final class Partition {
    private final int number;
    private final IntFunction<CompletionStage<Long>> question;
    private boolean isAsking;

    /** Who waits for the question after the one under way. */
    private @Nullable CompletableFuture<Long> next;

    Partition(int number, IntFunction<CompletionStage<Long>> question) {
      this.number = number;
      this.question = question;
    }

    CompletionStage<Long> end() {
      CompletableFuture<Long> mine;
      synchronized (this) {
        if (next == null) {
          next = new CompletableFuture<>();
        }
        mine = next;
      }
      askNext();
      return mine.minimalCompletionStage();
    }

    /** Asks for all who wait, unless a question is under way: that one's end comes here again. */
    private void askNext() {
      CompletableFuture<Long> asking;
      synchronized (this) {
        if (isAsking || next == null) {
          return;
        }
        isAsking = true;
        asking = next;
        next = null;
      }
      // Composed, so that a question that can't even be asked is answered as failed.
      CompletableFuture.completedStage(number)
          .thenCompose(question::apply)
          .whenComplete(
              (end, failure) -> {
                answered();
                if (failure == null) {
                  asking.complete(end);
                } else {
                  asking.completeExceptionally(failure);
                }
              });
    }

    private void answered() {
      synchronized (this) {
        isAsking = false;
      }
      askNext();
    }
  }
}

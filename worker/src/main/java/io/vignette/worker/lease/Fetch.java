package io.vignette.worker.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;

/**
 * The jobs of one poll, on their way to their acknowledgements.
 *
 * <p>A job whose handling failed is released after a wait that doubles with every delivery:
 * released at once, a fault of some seconds would use up all its deliveries.
 *
 * <p>Jobs end on any thread; everything else is called by the lane's thread. Every record is
 * acknowledged before the next poll, as explicit acknowledgement demands.
 */
final class Fetch {
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
  private static final long STOP_CHECK_MILLIS = 100;
  private static final int BACKOFF_DOUBLINGS_MAX = 3;

  private record Ended(ConsumerRecord<String, byte[]> leased, AcknowledgeType verdict) {}

  private final ShareConsumer<String, byte[]> consumer;
  private final Acknowledgements acknowledgements;
  private final StopSignal stop;
  private final Duration backoff;
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private int left;

  Fetch(
      ShareConsumer<String, byte[]> consumer,
      Acknowledgements acknowledgements,
      StopSignal stop,
      Duration backoff) {
    this.consumer = consumer;
    this.acknowledgements = acknowledgements;
    this.stop = stop;
    this.backoff = backoff;
  }

  void add(ConsumerRecord<String, byte[]> leased, CompletionStage<Void> handled) {
    left++;
    handled.whenComplete(
        (done, thrown) -> {
          if (thrown == null) {
            ended.add(new Ended(leased, AcknowledgeType.ACCEPT));
          } else {
            CompletableFuture.delayedExecutor(waitOf(leased).toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> ended.add(new Ended(leased, AcknowledgeType.RELEASE)));
          }
        });
  }

  private Duration waitOf(ConsumerRecord<String, byte[]> leased) {
    int before = RecordReader.deliveryCount(leased) - 1;
    return backoff.multipliedBy(1L << Math.clamp(before, 0, BACKOFF_DOUBLINGS_MAX));
  }

  /**
   * Acknowledges each job as it ends.
   *
   * @return how many acknowledgements the broker did not confirm; empty if the time to finish ran
   *     out, and closing the consumer releases the rest
   */
  OptionalInt acknowledgeAll() throws InterruptedException {
    while (true) {
      List<Ended> together = nextEnded();
      if (together.isEmpty()) {
        return OptionalInt.empty();
      }
      together.forEach(this::acknowledge);
      left -= together.size();
      if (left == 0) {
        return OptionalInt.of(acknowledgements.close(consumer.commitSync(COMMIT_TIMEOUT)));
      }
      consumer.commitAsync();
    }
  }

  /** Those that have ended, at least one; none if the time to finish ran out. */
  private List<Ended> nextEnded() throws InterruptedException {
    List<Ended> together = new ArrayList<>();
    while (!stop.isGraceOver()) {
      Ended first = ended.poll(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        together.add(first);
        ended.drainTo(together);
        return together;
      }
    }
    return together;
  }

  private void acknowledge(Ended one) {
    consumer.acknowledge(one.leased(), one.verdict());
    acknowledgements.sent(one.leased());
  }
}

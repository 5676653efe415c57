package io.vignette.worker.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;

/**
 * The jobs of one poll, on their way to their acknowledgements.
 *
 * <p>A job whose handling failed is released after its {@link ReleaseWait}, or as soon as the lane
 * stops: it must not use up the time in which others finish.
 *
 * <p>Jobs end on any thread; everything else is called by the lane's thread. Every record is
 * acknowledged before the next poll, as explicit acknowledgement demands.
 */
final class Fetch {
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);
  private static final long STOP_CHECK_MILLIS = 100;

  private final ShareConsumer<String, byte[]> consumer;
  private final Acknowledgements acknowledgements;
  private final StopSignal stop;
  private final ReleaseWait releaseWait;
  private final DelayQueue<Due<Ended>> ended = new DelayQueue<>();
  private int left;

  Fetch(
      ShareConsumer<String, byte[]> consumer,
      Acknowledgements acknowledgements,
      StopSignal stop,
      ReleaseWait releaseWait) {
    this.consumer = consumer;
    this.acknowledgements = acknowledgements;
    this.stop = stop;
    this.releaseWait = releaseWait;
  }

  void add(
      ConsumerRecord<String, byte[]> leased, Instant leasedUntil, CompletionStage<Void> handled) {
    left++;
    handled.whenComplete(
        (done, thrown) ->
            ended.add(
                thrown == null
                    ? new Due<>(new Ended(leased, AcknowledgeType.ACCEPT), Duration.ZERO, stop)
                    : new Due<>(
                        new Ended(leased, AcknowledgeType.RELEASE),
                        releaseWait.of(RecordReader.deliveryCount(leased), leasedUntil),
                        stop)));
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

  /** Those that have ended and waited, at least one; none if the time to finish ran out. */
  private List<Ended> nextEnded() throws InterruptedException {
    List<Ended> together = new ArrayList<>();
    while (!stop.isGraceOver()) {
      Due<Ended> first = ended.poll(STOP_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        together.add(first.what());
        for (Due<Ended> more = ended.poll(); more != null; more = ended.poll()) {
          together.add(more.what());
        }
        return together;
      }
    }
    return together;
  }

  private void acknowledge(Ended one) {
    consumer.acknowledge(one.leased(), one.verdict());
    acknowledgements.sent(one.leased());
  }

  /** A job that has ended, and how it is acknowledged. */
  private record Ended(ConsumerRecord<String, byte[]> leased, AcknowledgeType verdict) {}
}

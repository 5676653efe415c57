package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.lease.RecordingShareConsumer.Acknowledged;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a fetch gives its jobs back. Waits that must not be waited out last a minute. */
@Timeout(30)
class FetchTest {
  private static final Instant IN_AN_HOUR = Instant.now().plusSeconds(3600);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final RecordingShareConsumer consumer = new RecordingShareConsumer();
  private final StopSignal stop = new StopSignal();

  @Test
  void failedJobIsReleasedAfterItsWaitAndHoldsUpNoOtherOfItsFetch() throws Exception {
    Fetch fetch = fetch(LaneKind.BULK, Duration.ofMillis(300));
    long start = System.nanoTime();
    fetch.add(leased(0), IN_AN_HOUR, failed());
    fetch.add(leased(1), IN_AN_HOUR, done());

    fetch.acknowledgeAll();

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000);
    assertThat(consumer.acknowledged()).containsExactly(accepted(1), released(0));
  }

  @Test
  void failedJobIsReleasedWhileItsLeaseLasts() throws Exception {
    Fetch fetch = fetch(LaneKind.BULK, LONG);
    fetch.add(leased(0), Instant.now().plusMillis(1_200), failed());

    fetch.acknowledgeAll();

    assertThat(consumer.acknowledged()).containsExactly(released(0));
  }

  @Test
  void failedJobHoldsUpTheInteractiveLaneForASecondAtMost() throws Exception {
    Fetch fetch = fetch(LaneKind.INTERACTIVE, LONG);
    fetch.add(leased(0), IN_AN_HOUR, failed());

    fetch.acknowledgeAll();

    assertThat(consumer.acknowledged()).containsExactly(released(0));
  }

  @Test
  void jobThatFailsWhileStoppingIsReleasedAtOnce() throws Exception {
    Fetch fetch = fetch(LaneKind.BULK, LONG);
    stop.stopAcquiring();
    fetch.add(leased(0), IN_AN_HOUR, failed());

    fetch.acknowledgeAll();

    assertThat(consumer.acknowledged()).containsExactly(released(0));
  }

  @Test
  void stopReleasesWhatWaitsAndStillAwaitsWhatIsAtWork() throws Exception {
    Fetch fetch = fetch(LaneKind.BULK, LONG);
    CompletableFuture<Void> atWork = new CompletableFuture<>();
    fetch.add(leased(0), IN_AN_HOUR, failed());
    fetch.add(leased(1), IN_AN_HOUR, failed());
    fetch.add(leased(2), IN_AN_HOUR, done());
    fetch.add(leased(3), IN_AN_HOUR, atWork);
    CompletableFuture<OptionalInt> lane = inALane(fetch);
    await().atMost(SOON).until(() -> consumer.acknowledged().contains(accepted(2)));

    stop.stop(LONG);

    await().atMost(SOON).until(() -> consumer.acknowledged().size() == 3);
    assertThat(consumer.acknowledged()).contains(released(0), released(1));
    assertThat(lane).isNotDone();
    atWork.complete(null);
    assertThat(lane.get(10, TimeUnit.SECONDS)).isPresent();
    assertThat(consumer.acknowledged()).endsWith(accepted(3));
  }

  private Fetch fetch(LaneKind lane, Duration backoff) {
    ReleaseWait wait = new ReleaseWait(lane, backoff, Clock.systemUTC());
    return new Fetch(consumer, new Acknowledgements(), stop, wait);
  }

  private static CompletableFuture<OptionalInt> inALane(Fetch fetch) {
    CompletableFuture<OptionalInt> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                end.complete(fetch.acknowledgeAll());
              } catch (InterruptedException e) {
                end.completeExceptionally(e);
              }
            });
    return end;
  }

  private static ConsumerRecord<String, byte[]> leased(long offset) {
    return new ConsumerRecord<>("jobs", 0, offset, "id", new byte[0]);
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static CompletableFuture<Void> failed() {
    return CompletableFuture.failedFuture(new IllegalStateException("no outcome"));
  }

  private static Acknowledged accepted(long offset) {
    return new Acknowledged(offset, AcknowledgeType.ACCEPT);
  }

  private static Acknowledged released(long offset) {
    return new Acknowledged(offset, AcknowledgeType.RELEASE);
  }
}

package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Lanes while Kafka counts as away. */
class LaneAbsenceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AtomicBoolean present = new AtomicBoolean(true);
  private final AtomicInteger polls = new AtomicInteger();
  private final RecordingHandler handler = RecordingHandler.quick();

  @Test
  void lanesDoNotPollWhileKafkaIsAwayAndDoWhenItIsBack() {
    try (LeasedTopics topics = new LeasedTopics().create()) {
      ShareGroupJobSource source =
          new ShareGroupJobSource(
              topics.client(),
              topics.names(),
              LeaseSettings.of(1, 4),
              new PollCounter(),
              present::get,
              Clock.systemUTC());
      source.start(handler);
      try {
        List<String> first = topics.send(LaneKind.BULK, 5);
        await().atMost(PATIENCE).until(() -> handler.ids().containsAll(first));

        present.set(false);
        // The polls that had begun end.
        AtomicInteger before = new AtomicInteger(-1);
        await()
            .pollInterval(Duration.ofSeconds(1))
            .atMost(PATIENCE)
            .until(() -> before.getAndSet(polls.get()) == polls.get());
        List<String> second = topics.send(LaneKind.BULK, 5);
        assertThat(handler.ids()).doesNotContainAnyElementsOf(second);

        present.set(true);
        await().atMost(PATIENCE).until(() -> handler.ids().containsAll(second));
      } finally {
        source.close(Duration.ZERO);
      }
    }
  }

  private final class PollCounter implements LeaseListener {
    @Override
    public void lanePolled(String lane) {
      polls.incrementAndGet();
    }
  }
}

package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.ledger.state.Events;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ledger whose thread hangs goes on sending heartbeats: its group waits for it in every
 * rebalance, by default for five minutes.
 */
class HungMemberIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int JOBS = 50;

  @Test
  void aLedgerThatHangsHoldsUpNobodyForLong(@TempDir Path folder) throws Exception {
    TestBroker broker = TestBroker.shared();
    Topics topics = broker.freshTopics();
    broker.createTopics(topics);
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    LedgerConfig config = LedgerConfig.of(topics, folder.resolve("hung"));
    try (KafkaStreams hung =
            new KafkaStreams(
                LedgerTopology.build(topics, config),
                LedgerSettings.of(broker.connection(), config));
        LedgerTopics outside = new LedgerTopics(broker.bootstrapServers(), topics)) {
      hung.setStateListener((to, from) -> hangIfRunning(to, hangs, goOn));
      hung.start();
      assertThat(hangs.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      Ledger other =
          new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder.resolve("other")));
      other.start();
      long started = System.nanoTime();
      for (int n = 0; n < JOBS; n++) {
        outside.send(List.of(Events.named("job-" + n).succeeded(1)));
      }
      outside.flush();

      await().atMost(PATIENCE).until(() -> outside.results().size() == JOBS);

      System.out.printf(
          "results beside a hung ledger: after %.1f s%n", (System.nanoTime() - started) / 1e9);
      goOn.countDown();
      assertThat(other.close(PATIENCE)).isTrue();
    } finally {
      goOn.countDown();
    }
  }

  /** Streams calls listeners on the thread whose state it is. */
  private static void hangIfRunning(
      KafkaStreams.State state, CountDownLatch hangs, CountDownLatch goOn) {
    if (state == KafkaStreams.State.RUNNING) {
      hangs.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.ledger.state.Events;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a lone job's result takes from its last event to a committed, readable record. */
class LedgerLatencyIT {

  private static final int WARM_UP = 50;
  private static final int JOBS = 200;
  private static final Duration QUIET = Duration.ofMillis(60);

  @Test
  void aLoneResultIsReadableSoon(@TempDir Path folder) throws Exception {
    TestBroker broker = TestBroker.shared();
    Topics topics = broker.freshTopics();
    broker.createTopics(topics);
    Ledger ledger = new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder));
    ledger.start();
    ledger.running().toCompletableFuture().get(60, TimeUnit.SECONDS);

    List<Long> micros = measure(broker.bootstrapServers(), topics);

    assertThat(ledger.close(Duration.ofSeconds(30))).isTrue();
    List<Long> sorted = micros.stream().sorted().toList();
    long p50 = sorted.get(sorted.size() / 2);
    System.out.printf(
        "event to committed result, idle: p50 %.1f ms, p99 %.1f ms (%d jobs)%n",
        p50 / 1e3, sorted.get(sorted.size() * 99 / 100) / 1e3, sorted.size());
    assertThat(p50).as("p50, microseconds; generous, for a busy machine").isLessThan(250_000);
  }

  private static List<Long> measure(String bootstrapServers, Topics topics) {
    List<Long> micros = new ArrayList<>();
    try (LedgerTopics outside = new LedgerTopics(bootstrapServers, topics);
        KafkaConsumer<String, byte[]> results = LedgerTopics.committedConsumer(bootstrapServers)) {
      List<TopicPartition> partitions =
          results.partitionsFor(topics.results()).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      results.assign(partitions);
      results.seekToEnd(partitions);
      partitions.forEach(results::position);
      for (int n = 0; n < WARM_UP + JOBS; n++) {
        LockSupport.parkNanos(QUIET.toNanos() + n * 37_000L);
        long sent = System.nanoTime();
        outside.send(List.of(Events.named("job-" + n).succeeded(1)));
        while (results.poll(Duration.ofSeconds(10)).isEmpty()) {
          assertThat(System.nanoTime() - sent).isLessThan(Duration.ofSeconds(60).toNanos());
        }
        if (n >= WARM_UP) {
          micros.add((System.nanoTime() - sent) / 1_000);
        }
      }
    }
    return micros;
  }
}

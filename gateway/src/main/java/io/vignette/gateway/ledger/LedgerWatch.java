package io.vignette.gateway.ledger;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.chores.ChoreAdmin;
import io.vignette.ledger.topology.Ledger;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Asks Kafka every two seconds how far the ledgers of all gateways are behind the events.
 *
 * <p>Look-ups follow the events themselves, so they go on telling how jobs end while no result is
 * published. The threads of a ledger that waits for a rebalance look well; only the offsets that it
 * doesn't commit give it away.
 *
 * <p>Thread-safe. While Kafka doesn't answer, the events seen last go on ageing: their results
 * can't be read either.
 */
@ApplicationScoped
public class LedgerWatch implements Chore {
  private static final Logger LOG = Logger.getLogger(LedgerWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final int ANSWER_MILLIS = 5_000;

  private final ChoreAdmin admin;
  private final String group;
  private final List<TopicPartition> partitions;
  private final Duration lagMax;
  private final EventLag lag = new EventLag();
  private boolean answered = true;
  private boolean lagging;

  @Inject
  public LedgerWatch(
      KafkaConnection kafka,
      Topics topics,
      @ConfigProperty(name = "vignette.topics.event-partitions") int partitions,
      LedgerHostConfig config) {
    this.admin = new ChoreAdmin(kafka);
    this.group = Ledger.applicationId(topics);
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topics.jobEvents(), partition))
            .toList();
    this.lagMax = config.lagMax();
  }

  /** Events that no ledger has committed, when Kafka was last asked. */
  public long eventsBehind() {
    return lag.events();
  }

  /** For how long the oldest of them has been on Kafka, in seconds, short by 2 s at most. */
  public double secondsBehind() {
    return lag.ageSeconds(System.nanoTime());
  }

  /** Whether results come too late, by {@link LedgerHostConfig#lagMax}. */
  public boolean isLagging() {
    return !lagMax.isZero() && lag.age(System.nanoTime()).compareTo(lagMax) > 0;
  }

  @Override
  public String name() {
    return "ledger watch";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  /** A start that waits for a hung group is the time to tell. */
  @Override
  public boolean needsReadyGateway() {
    return false;
  }

  @Override
  public void pass() {
    try {
      lag.observe(ends(), reached(), System.nanoTime());
      noteAnswer(true, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      noteAnswer(false, String.valueOf(e));
    }
    noteLag(isLagging());
  }

  private Map<TopicPartition, Long> ends()
      throws InterruptedException, ExecutionException, TimeoutException {
    return offsets(OffsetSpec.latest());
  }

  /** What is committed; where that is nothing or has left the topic, the first offset there is. */
  private Map<TopicPartition, Long> reached()
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, Long> reached = new HashMap<>(offsets(OffsetSpec.earliest()));
    admin
        .opened()
        .listConsumerGroupOffsets(
            group, new ListConsumerGroupOffsetsOptions().timeoutMs(ANSWER_MILLIS))
        .partitionsToOffsetAndMetadata()
        .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                reached.merge(partition, committed.offset(), Math::max);
              }
            });
    return reached;
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec which)
      throws InterruptedException, ExecutionException, TimeoutException {
    return admin
        .opened()
        .listOffsets(
            partitions.stream().collect(Collectors.toMap(partition -> partition, each -> which)),
            new ListOffsetsOptions().timeoutMs(ANSWER_MILLIS))
        .all()
        .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
  }

  private void noteAnswer(boolean now, String why) {
    if (answered && !now) {
      LOG.warnf("ledger: how far it has come is unknown, the lag seen last goes on (%s)", why);
    } else if (now && !answered) {
      LOG.info("ledger: how far it has come is known again");
    }
    answered = now;
  }

  private void noteLag(boolean late) {
    if (late && !lagging) {
      LOG.warnf(
          "ledger: results lag, not ready until they don't: %d events, the oldest for %.0f s"
              + " (expected: at most %d s)",
          eventsBehind(), secondsBehind(), lagMax.toSeconds());
    } else if (lagging && !late) {
      LOG.info("ledger: results don't lag any more");
    }
    lagging = late;
  }

  @Override
  public void close() {
    admin.close();
  }
}

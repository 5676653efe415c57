package io.vignette.ledger.topology;

import io.vignette.wire.KafkaConnection;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Streams settings of the ledger: exactly once, at low latency.
 *
 * <p>Streams' defaults would cost 110 ms a result (lingering producer) and 44 s after a crash
 * (session). A dead ledger's open transaction holds up every reader of committed records, so it is
 * given up after 5 s.
 */
final class LedgerSettings {

  /** Longest wait of a result for its commit. Lower: more transactions under load. */
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(100);

  /** A result that follows no other for so long is committed at once. */
  static final Duration QUIET = Duration.ofMillis(25);

  /** How late a due commit may be noticed on a quiet topic. Lower: more CPU when idle. */
  private static final Duration POLL = Duration.ofMillis(10);

  /**
   * A transaction begun while the one before is still being closed is turned away and repeated;
   * Kafka's usual 100 ms would show in the results behind it. Doubles up to 1 s.
   */
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);
  private static final Duration HEARTBEAT = Duration.ofMillis(1500);

  private LedgerSettings() {}

  static Properties of(KafkaConnection kafka, LedgerConfig config) {
    Properties settings = new Properties();
    settings.putAll(kafka.properties());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.replicationFactor());
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
    settings.put(StreamsConfig.POLL_MS_CONFIG, POLL.toMillis());
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    addProducer(settings);
    addConsumer(settings, config);
    return settings;
  }

  private static void addProducer(Properties settings) {
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) TRANSACTION_TIMEOUT.toMillis());
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG),
        FIRST_BACKOFF.toMillis());
  }

  private static void addConsumer(Properties settings, LedgerConfig config) {
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis());
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) HEARTBEAT.toMillis());
    config
        .instanceId()
        .ifPresent(
            id ->
                settings.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
  }
}

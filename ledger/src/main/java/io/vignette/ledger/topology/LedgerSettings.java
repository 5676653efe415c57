package io.vignette.ledger.topology;

import io.vignette.wire.KafkaConnection;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Streams settings of the ledger: exactly once, at low latency, and back within seconds after
 * an absence of Kafka or the death of another ledger.
 *
 * <p>Streams' defaults would cost 44 s after a crash (session), 60 s for every call that Kafka
 * didn't answer and 5 minutes for a member of the group that lives and doesn't come to a rebalance.
 * A dead ledger's open transaction holds up every reader of committed records, so it is given up
 * after 5 s. Why these: ADR 20.
 */
final class LedgerSettings {

  /**
   * Longest wait of a result for its commit, that of a bulk job under load; see {@link CommitPace}
   * for the others. Lower: more transactions under load.
   */
  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

  /**
   * How long records wait for others in one request. No result waits for it: a commit sends all
   * there are at once, and before it nobody sees them.
   */
  private static final Duration LINGER = Duration.ofMillis(100);

  /** How late a due commit may be noticed on a quiet topic. Lower: more CPU when idle. */
  private static final Duration POLL = Duration.ofMillis(10);

  /**
   * A transaction begun while the one before is still being closed is turned away and repeated;
   * Kafka's usual 100 ms would show in the results behind it. Doubles up to 1 s.
   */
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /** A member learns of a rebalance with its next heartbeat: a third of the session is too late. */
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  /**
   * How long the group waits in a rebalance for a member that sends heartbeats and doesn't join,
   * such as a thread that hangs in its producer. Above all that a thread may do between two polls:
   * the longest is a sweep, 1 s a million entries.
   */
  private static final Duration REBALANCE_TIMEOUT = Duration.ofSeconds(10);

  /** Longest wait of a thread for its producer, out of reach of a rebalance. */
  private static final Duration PRODUCER_BLOCK = Duration.ofSeconds(5);

  /** Above the request's own limit, as Kafka demands. Under exactly once it would be endless. */
  private static final Duration DELIVERY = Duration.ofSeconds(10);

  private static final Duration REQUEST = Duration.ofSeconds(8);
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** When no known address answers, the configured ones are asked again, by their names. */
  private static final Duration REBOOTSTRAP = Duration.ofSeconds(15);

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
    addClients(settings);
    addProducer(settings);
    addConsumer(settings, config);
    return settings;
  }

  private static void addClients(Properties settings) {
    put(settings, CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST);
    put(settings, CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL);
    put(settings, CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, CONNECT);
    put(settings, CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, CONNECT_MAX);
    put(settings, CommonClientConfigs.METADATA_RECOVERY_REBOOTSTRAP_TRIGGER_MS_CONFIG, REBOOTSTRAP);
  }

  private static void addProducer(Properties settings) {
    putProducer(settings, ProducerConfig.LINGER_MS_CONFIG, LINGER);
    // A transaction's first batch may be turned away and its second taken, or refused as out of
    // order, again and again (KAFKA-14359): one after the other.
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION), 1);
    putProducer(settings, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT);
    putProducer(settings, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, FIRST_BACKOFF);
    putProducer(settings, ProducerConfig.MAX_BLOCK_MS_CONFIG, PRODUCER_BLOCK);
    putProducer(settings, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY);
  }

  private static void addConsumer(Properties settings, LedgerConfig config) {
    putConsumer(settings, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT);
    putConsumer(settings, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT);
    putConsumer(settings, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, REBALANCE_TIMEOUT);
    config
        .instanceId()
        .ifPresent(
            id ->
                settings.put(
                    StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
  }

  private static void putProducer(Properties settings, String name, Duration value) {
    put(settings, StreamsConfig.producerPrefix(name), value);
  }

  private static void putConsumer(Properties settings, String name, Duration value) {
    put(settings, StreamsConfig.mainConsumerPrefix(name), value);
  }

  private static void put(Properties settings, String name, Duration value) {
    settings.put(name, Math.toIntExact(value.toMillis()));
  }
}

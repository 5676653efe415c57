package io.vignette.ledger.topology;

import com.google.protobuf.MessageLite;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.wire.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The wiring of the ledger: job-events → fold (with its entries) → results, dead; and, where
 * switched on, the results as JSON.
 *
 * <p>One processor and one store per partition of the events. The store's changelog is the topic of
 * statuses: it holds each of them whole.
 */
public final class LedgerTopology {

  /** Name of the store, and of its changelog topic behind the application id. */
  static final String ENTRIES = "jobs";

  static final String EVENTS = "job-events";
  static final String FOLD = "fold";
  static final String RESULTS = "results";
  static final String RESULTS_JSON = "results-json";
  static final String DEAD = "dead";

  private LedgerTopology() {}

  /** The topology with counters of its own. */
  public static Topology build(Topics topics, LedgerConfig config) {
    return build(topics, config, new LedgerCounters());
  }

  static Topology build(Topics topics, LedgerConfig config, LedgerCounters counters) {
    AtomicLong lastResult = CommitPace.none();
    Serializer<MessageLite> protobuf = (topic, message) -> message.toByteArray();
    StringSerializer text = new StringSerializer();
    Topology topology =
        new Topology()
            .addSource(
                EVENTS,
                Serdes.String().deserializer(),
                Serdes.ByteArray().deserializer(),
                topics.jobEvents())
            .addProcessor(
                FOLD, () -> new FoldProcessor(config, counters, new CommitPace(lastResult)), EVENTS)
            .addStateStore(entries(), FOLD)
            .addSink(RESULTS, topics.results(), text, protobuf, FOLD)
            .addSink(DEAD, topics.dead(), text, protobuf, FOLD);
    return config.jsonResults()
        ? topology.addSink(RESULTS_JSON, topics.resultsJson(), text, json(), FOLD)
        : topology;
  }

  private static Serializer<CaptionResult> json() {
    ResultJson json = new ResultJson();
    return (topic, result) -> json.write(result);
  }

  /**
   * The settings of {@link Topics#status()}, the topic that keeps the store's changes; Streams
   * names it after the application and the store.
   *
   * <p>Streams would create it itself and write to it at once; on a fresh cluster its partition may
   * not have a leader yet, and the ledger's first transaction would fail. So whoever creates the
   * other topics creates this one with them, with as many partitions as job-events has.
   */
  public static Map<String, String> changelogSettings() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.SEGMENT_MS_CONFIG,
        Long.toString(Duration.ofHours(1).toMillis()));
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> entries() {
    return Stores.keyValueStoreBuilder(
            EntryStore.supplier(ENTRIES, Entries::kept), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(changelogSettings());
  }
}

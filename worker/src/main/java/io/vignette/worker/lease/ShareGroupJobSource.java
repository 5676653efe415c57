package io.vignette.worker.lease;

import io.vignette.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Leases jobs through Kafka share groups: one interactive lane, some bulk lanes, one solo lane that
 * takes a single job at a time.
 *
 * <p>Guarantees that every acquired record is handed to the handler, and accepted only after the
 * handler's stage completed. Does not guarantee that a job is handed over once.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-932%3A+Queues+for+Kafka">KIP
 *     932, queues for Kafka</a>
 */
public final class ShareGroupJobSource implements JobSource {
  private final Map<String, Object> clientProperties;
  private final Topics topics;
  private final LeaseSettings settings;
  private final LeaseListener listener;
  private final BooleanSupplier kafkaPresent;
  private final Clock clock;
  private final Permits permits;
  private final StopSignal stop = new StopSignal();
  private final LaneThreads threads;

  /**
   * @param clientProperties how to reach Kafka: {@code bootstrap.servers} and whatever security
   *     asks
   */
  public ShareGroupJobSource(
      Map<String, Object> clientProperties,
      Topics topics,
      LeaseSettings settings,
      LeaseListener listener,
      Clock clock) {
    this(clientProperties, topics, settings, listener, () -> true, clock);
  }

  /**
   * @param kafkaPresent whether Kafka counts as present; lanes do not poll while it is away
   */
  public ShareGroupJobSource(
      Map<String, Object> clientProperties,
      Topics topics,
      LeaseSettings settings,
      LeaseListener listener,
      BooleanSupplier kafkaPresent,
      Clock clock) {
    this.clientProperties = Map.copyOf(clientProperties);
    this.topics = topics;
    this.settings = settings;
    this.listener = listener;
    this.kafkaPresent = kafkaPresent;
    this.clock = clock;
    this.threads = new LaneThreads(this.clientProperties, listener, stop);
    this.permits = new Permits(settings.permits(), settings.interactiveReserve());
  }

  @Override
  public void start(JobHandler handler) {
    threads.start(
        topics.leased(),
        new TakeOver(clientProperties, topics, listener)::moveShareGroups,
        lanes(handler));
  }

  private List<Lane> lanes(JobHandler handler) {
    List<Lane> lanes = new ArrayList<>();
    int interactive = Math.max(settings.recordsPerFetch(), settings.interactiveReserve());
    lanes.add(lane(LaneKind.INTERACTIVE, 0, interactive, handler));
    for (int i = 0; i < settings.bulkLanes(); i++) {
      lanes.add(lane(LaneKind.BULK, i, settings.recordsPerFetch(), handler));
    }
    lanes.add(lane(LaneKind.SOLO, 0, 1, handler));
    return lanes;
  }

  private Lane lane(LaneKind kind, int index, int records, JobHandler handler) {
    String name = "lane-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + index;
    Lane.Parts parts =
        new Lane.Parts(
            name, kind, records, () -> consumer(kind, records), settings, kafkaPresent, clock);
    return new Lane(parts, permits, handler, listener, stop);
  }

  private ShareConsumer<String, byte[]> consumer(LaneKind kind, int records) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, kind.group(topics));
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, records);
    KafkaShareConsumer<String, byte[]> consumer =
        new KafkaShareConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(kind.topic(topics)));
    return consumer;
  }

  @Override
  public CompletionStage<Void> ready() {
    return threads.ready();
  }

  @Override
  public void pause() {
    permits.pause(true);
  }

  @Override
  public void resume() {
    permits.pause(false);
  }

  @Override
  public void stopAcquiring() {
    stop.stopAcquiring();
  }

  @Override
  public void close(Duration timeout) {
    threads.close(timeout);
  }
}

package io.vignette.worker.lease.group;

import io.vignette.wire.ShareGroups;
import io.vignette.wire.Topics;
import io.vignette.worker.lease.JobHandler;
import io.vignette.worker.lease.JobSource;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LaneThreads;
import io.vignette.worker.lease.LeaseConfig.Source;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.LeaseSettings;
import io.vignette.worker.lease.RecordReader;
import io.vignette.worker.lease.StopSignal;
import io.vignette.worker.lease.TakeOver;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * Jobs through Kafka consumer groups, one for each kind of lane: for brokers without share groups,
 * for jobs that take much longer than others, and for a worker that shares with nobody.
 *
 * <p>Guarantees that every record is handed to the handler, and that its offset is passed only
 * after the handler's stage completed. After a crash the jobs that were held are handed over once
 * more, as a second delivery, and so is what ended since the last commit. Does not guarantee that a
 * job is handed over once. No more workers than partitions have work. A worker that comes after
 * others with share groups begins where they left off. Groups are joined with the protocol of
 * KIP-848, and with the classic one where Kafka refuses that; both may be in one group.
 *
 * @see <a
 *     href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-848%3A+The+Next+Generation+of+the+Consumer+Rebalance+Protocol">KIP
 *     848, the consumer rebalance protocol</a>
 */
public final class ConsumerGroupJobSource implements JobSource {
  private static final int POLL_RECORDS_MAX = 64;
  private static final int FETCH_BYTES_MAX = 16 << 20;

  private final Map<String, Object> clientProperties;
  private final Topics topics;
  private final LeaseSettings settings;
  private final int heldMax;
  private final long heldBytesMax;
  private final LeaseListener listener;
  private final Clock clock;
  private final StopSignal stop = new StopSignal();
  private final AtomicBoolean paused = new AtomicBoolean();
  private final AtomicBoolean protocolRefused = new AtomicBoolean();
  private final LaneThreads threads;
  private volatile Map<TopicPartition, Long> starts = Map.of();

  /**
   * @param clientProperties how to reach Kafka: {@code bootstrap.servers} and whatever security
   *     asks
   * @param heldMax most bulk jobs held, and as many interactive ones, from 1
   * @param heldBytesMax most bytes of the records of bulk jobs held, and as many of interactive
   *     ones, from 1; one record more may go beyond
   */
  public ConsumerGroupJobSource(
      Map<String, Object> clientProperties,
      Topics topics,
      LeaseSettings settings,
      int heldMax,
      long heldBytesMax,
      LeaseListener listener,
      Clock clock) {
    this.clientProperties = Map.copyOf(clientProperties);
    this.topics = topics;
    this.settings = settings;
    this.heldMax = heldMax;
    this.heldBytesMax = heldBytesMax;
    this.listener = listener;
    this.clock = clock;
    this.threads = new LaneThreads(this.clientProperties, listener, stop);
  }

  @Override
  public void start(JobHandler handler) {
    threads.start(
        topics.leased(),
        () -> starts = new TakeOver(clientProperties, topics, listener).shareGroupStarts(),
        List.of(
            lane(LaneKind.INTERACTIVE, heldMax, handler),
            lane(LaneKind.BULK, heldMax, handler),
            lane(LaneKind.SOLO, 1, handler)));
  }

  private GroupLane lane(LaneKind kind, int most, JobHandler handler) {
    GroupConsumers consumers = consumers(kind, most);
    GroupLane.Parts parts =
        new GroupLane.Parts(
            "lane-" + kind.name().toLowerCase(Locale.ROOT),
            kind,
            kind.topic(topics),
            most,
            heldBytesMax,
            settings.source() == Source.ALONE,
            settings.backoff(),
            consumers::next,
            consumers::fallsBack,
            () -> starts,
            clock);
    return new GroupLane(parts, new RecordReader(kind, handler), listener, stop, paused);
  }

  private GroupConsumers consumers(LaneKind kind, int most) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(
        ConsumerConfig.GROUP_ID_CONFIG, ShareGroups.consumersInPlaceOf(kind.group(topics)));
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(most, POLL_RECORDS_MAX));
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    return new GroupConsumers(
        properties, settings.source() == Source.ALONE, protocolRefused, listener);
  }

  @Override
  public CompletionStage<Void> ready() {
    return threads.ready();
  }

  @Override
  public void pause() {
    paused.set(true);
  }

  @Override
  public void resume() {
    paused.set(false);
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

package io.vignette.worker.lease.group;

import io.vignette.worker.lease.LeaseListener;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The consumers of one lane, one after another: with the protocol of KIP-848 until Kafka refuses
 * that, then with the classic one. On the lane's thread only; lanes tell each other of a refusal.
 *
 * <p>Kafka is not asked beforehand: its features don't tell whether a broker's settings allow the
 * protocol, nor whether members of a group that use the other one may be joined.
 */
final class GroupConsumers {
  /** With the other protocol Kafka decides on these, and its client takes none of them. */
  private static final Map<String, Object> CLASSIC =
      Map.of(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName(),
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          10_000,
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          2_000);

  private final Map<String, Object> properties;
  private final boolean alone;
  private final AtomicBoolean refused;
  private final LeaseListener listener;
  private boolean isClassic;

  /**
   * @param properties of every consumer; {@code group.protocol=classic} among them is kept to
   * @param alone the consumers join no group
   * @param refused whether Kafka has refused the newer protocol to any lane
   */
  GroupConsumers(
      Map<String, Object> properties,
      boolean alone,
      AtomicBoolean refused,
      LeaseListener listener) {
    this.properties = Map.copyOf(properties);
    this.alone = alone;
    this.refused = refused;
    this.listener = listener;
  }

  /** Makes the next one; the caller closes it. */
  Consumer<String, byte[]> next() {
    isClassic = alone || refused.get() || isClassicWanted();
    Map<String, Object> all = new HashMap<>(properties);
    if (isClassic) {
      all.putAll(CLASSIC);
    } else {
      all.keySet().removeAll(CLASSIC.keySet());
    }
    all.put(
        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
        (isClassic ? GroupProtocol.CLASSIC : GroupProtocol.CONSUMER).name());
    return new KafkaConsumer<>(all, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private boolean isClassicWanted() {
    Object wanted = properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return wanted != null && GroupProtocol.CLASSIC.name().equalsIgnoreCase(wanted.toString());
  }

  /**
   * Whether the last one failed because Kafka refuses its protocol, so that the next, with the
   * classic one, does not. A broker that does not know the protocol, or may not use it, says so;
   * one that may not mix the two in a group says that there is no such group.
   */
  boolean fallsBack(KafkaException failure) {
    boolean isRefusal =
        failure instanceof UnsupportedVersionException
            || failure instanceof GroupIdNotFoundException;
    if (isClassic || !isRefusal) {
      return false;
    }
    if (refused.compareAndSet(false, true)) {
      listener.protocolRefused(failure);
    }
    return true;
  }
}

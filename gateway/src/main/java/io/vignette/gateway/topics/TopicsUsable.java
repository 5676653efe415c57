package io.vignette.gateway.topics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Waits until brokers know topics and their leaders: a creation is answered by the controller,
 * brokers hear of it a moment later.
 */
final class TopicsUsable {
  private static final long PAUSE_MILLIS = 10;
  private static final int TRIES = 3000;

  private TopicsUsable() {}

  static Map<String, TopicDescription> await(Admin admin, Collection<String> names)
      throws InterruptedException, ExecutionException {
    CountDownLatch never = new CountDownLatch(1);
    for (int tries = 0; ; tries++) {
      try {
        Map<String, TopicDescription> found = admin.describeTopics(names).allTopicNames().get();
        if (tries >= TRIES || found.values().stream().allMatch(TopicsUsable::hasLeaders)) {
          return found;
        }
      } catch (ExecutionException e) {
        if (tries >= TRIES || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
      never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Asks every partition's leader for its end, and so waits until each leads.
   *
   * <p>Brokers announce a leader a moment before it takes writes. An idempotent producer that sends
   * several batches in that moment can have the first refused and a later one taken; its partition
   * then answers OUT_OF_ORDER_SEQUENCE_NUMBER until the delivery times out.
   */
  static void awaitLeaders(Admin admin, Collection<TopicDescription> topics)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (TopicDescription topic : topics) {
      topic
          .partitions()
          .forEach(
              partition ->
                  ends.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
    }
    admin.listOffsets(ends).all().get();
  }

  private static boolean hasLeaders(TopicDescription topic) {
    return topic.partitions().stream()
        .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }
}

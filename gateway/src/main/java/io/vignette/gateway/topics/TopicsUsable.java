package io.vignette.gateway.topics;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
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

  private static boolean hasLeaders(TopicDescription topic) {
    return topic.partitions().stream()
        .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }
}

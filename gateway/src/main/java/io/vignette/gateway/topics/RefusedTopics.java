package io.vignette.gateway.topics;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Topics that we may not make. Kafka refuses before it looks whether they are there, so that has to
 * be asked.
 */
final class RefusedTopics {
  private RefusedTopics() {}

  /**
   * Returns if all are there.
   *
   * @throws ExecutionException whose cause names those that aren't, or that Kafka can't be asked
   */
  static void requireThere(Admin admin, Collection<String> refused)
      throws InterruptedException, ExecutionException {
    if (refused.isEmpty()) {
      return;
    }
    Set<String> missing = new TreeSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> asked :
        admin.describeTopics(refused).topicNameValues().entrySet()) {
      if (!isThere(asked.getValue())) {
        missing.add(asked.getKey());
      }
    }
    if (!missing.isEmpty()) {
      throw new ExecutionException(
          new TopicAuthorizationException(
              "topics %s: not there, and not ours to make (expected: made before, or rights to"
                      .formatted(missing)
                  + " CREATE and DESCRIBE them)",
              missing));
    }
  }

  private static boolean isThere(KafkaFuture<TopicDescription> asked)
      throws InterruptedException, ExecutionException {
    try {
      asked.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof TopicAuthorizationException) {
        return false;
      }
      throw e;
    }
  }
}

package io.vignette.worker.lease;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Waits until topics exist: the gateway makes them, and a consumer that subscribes before learns of
 * them late.
 */
final class TopicWait {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Map<String, Object> clientProperties;
  private final StopSignal stop;

  TopicWait(Map<String, Object> clientProperties, StopSignal stop) {
    this.clientProperties = clientProperties;
    this.stop = stop;
  }

  /** Returns when all exist, or when stopping. */
  void await(Collection<String> topics) throws InterruptedException {
    try (Admin admin = Admin.create(clientProperties)) {
      while (!stop.isStopping() && !exist(admin, topics)) {
        stop.await(PAUSE);
      }
    }
  }

  private static boolean exist(Admin admin, Collection<String> topics) throws InterruptedException {
    try {
      return admin.listTopics().names().get().containsAll(topics);
    } catch (ExecutionException e) {
      // No broker yet: the same as no topics yet.
      return false;
    }
  }
}

package io.vignette.worker.lease;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Waits until topics exist: the gateway makes them, and a consumer that subscribes before learns of
 * them late.
 */
final class TopicWait {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

  private final Map<String, Object> clientProperties;
  private final LeaseListener listener;
  private final StopSignal stop;
  private boolean told;

  TopicWait(Map<String, Object> clientProperties, LeaseListener listener, StopSignal stop) {
    this.clientProperties = clientProperties;
    this.listener = listener;
    this.stop = stop;
  }

  /** Returns when all exist, or when stopping. */
  void await(Collection<String> topics) throws InterruptedException {
    try (Admin admin = Admin.create(clientProperties)) {
      boolean exist = false;
      while (!stop.isStopping() && !exist) {
        exist = exist(admin, topics);
        if (!exist) {
          stop.await(PAUSE);
        }
      }
    }
  }

  private boolean exist(Admin admin, Collection<String> topics) throws InterruptedException {
    try {
      Set<String> missing = new TreeSet<>(topics);
      missing.removeAll(admin.listTopics().names().get());
      listener.topicsKnown();
      if (!missing.isEmpty() && !told) {
        told = true;
        listener.topicsMissing(missing);
      }
      return missing.isEmpty();
    } catch (ExecutionException e) {
      // No broker yet is the same as no topics yet. Anything else an operator must hear of.
      if (!(e.getCause() instanceof RetriableException)) {
        listener.topicsUnknown(e.getCause() == null ? e : e.getCause(), LONG_PAUSE);
        stop.await(LONG_PAUSE);
      }
      return false;
    }
  }
}

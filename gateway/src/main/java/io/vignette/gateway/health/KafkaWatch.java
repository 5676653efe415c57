package io.vignette.gateway.health;

import io.vignette.gateway.chores.Chore;
import io.vignette.wire.KafkaConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka every few seconds whether it is there, so that a gateway that can't take jobs is not
 * called ready. The table and the ledger don't notice: to them a silent broker has no news.
 */
@ApplicationScoped
public class KafkaWatch implements Chore {
  private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final KafkaConnection kafka;
  private volatile @Nullable Admin admin;
  private volatile boolean reachable = true;

  @Inject
  public KafkaWatch(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /** Whether Kafka answered when it was asked last. True until then: a start waits for Kafka. */
  public boolean isReachable() {
    return reachable;
  }

  @Override
  public String name() {
    return "kafka watch";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public void pass() {
    try {
      opened().describeCluster().clusterId().get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      note(true, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      note(false, String.valueOf(e));
    }
  }

  private void note(boolean answered, String why) {
    if (answered != reachable) {
      if (answered) {
        LOG.info("kafka: answers again");
      } else {
        LOG.warnf("kafka: no answer, not ready until there is one (%s)", why);
      }
    }
    reachable = answered;
  }

  private Admin opened() {
    Admin current = admin;
    if (current == null) {
      current = Admin.create(kafka.properties());
      admin = current;
    }
    return current;
  }

  @Override
  public void close() {
    Admin current = admin;
    if (current != null) {
      current.close(Duration.ZERO);
    }
  }
}

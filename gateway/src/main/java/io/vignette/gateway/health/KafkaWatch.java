package io.vignette.gateway.health;

import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.chores.ChoreAdmin;
import io.vignette.wire.KafkaConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Asks Kafka every few seconds whether it is there, so that a gateway that can't take jobs is not
 * called ready. The table and the ledger don't notice: to them a silent broker has no news.
 */
@ApplicationScoped
public class KafkaWatch implements Chore {
  private static final Logger LOG = Logger.getLogger(KafkaWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final ChoreAdmin admin;
  private volatile boolean reachable = true;

  @Inject
  public KafkaWatch(KafkaConnection kafka) {
    this.admin = new ChoreAdmin(kafka);
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
      admin
          .opened()
          .describeCluster()
          .clusterId()
          .get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      note(true, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
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

  @Override
  public void close() {
    admin.close();
  }
}

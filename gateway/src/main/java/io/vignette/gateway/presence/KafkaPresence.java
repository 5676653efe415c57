package io.vignette.gateway.presence;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.kafka.KafkaWatch;
import io.vignette.kafka.OutageLog;
import io.vignette.wire.KafkaConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The gateway's {@link KafkaWatch}, from the start of the application to its end.
 *
 * <p>Thread-safe. The table and the ledger don't notice that Kafka is away: to them a broker that
 * doesn't answer has nothing new.
 */
@ApplicationScoped
public class KafkaPresence {
  private static final Logger LOG = Logger.getLogger(KafkaPresence.class);

  /** Behind everything that writes to Kafka. */
  private static final int STOP_PRIORITY = 2950;

  private final KafkaWatch watch;

  @Inject
  public KafkaPresence(KafkaConnection kafka) {
    this.watch = new KafkaWatch(kafka, new Lines());
  }

  void start(@Observes StartupEvent event) {
    watch.start();
  }

  void stop(@Observes @Priority(STOP_PRIORITY) ShutdownEvent event) {
    watch.close();
  }

  /** Whether Kafka counts as present; true until it was asked. */
  public boolean isPresent() {
    return watch.isPresent();
  }

  /** As {@link KafkaWatch#whilePresent}. */
  public <T> CompletionStage<T> whilePresent(Supplier<CompletionStage<T>> work) {
    return watch.whilePresent(work);
  }

  private static final class Lines implements KafkaWatch.Listener {
    @Override
    public void away(String why) {
      LOG.warnf("kafka: no answer, not ready until there is one (%s)", why);
    }

    @Override
    public void back(Duration after) {
      LOG.infof("kafka: answers again after %s", OutageLog.text(after));
    }
  }
}

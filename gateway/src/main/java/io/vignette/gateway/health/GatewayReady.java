package io.vignette.gateway.health;

import io.vignette.gateway.GatewayLifecycle;
import io.vignette.gateway.ledger.LedgerHost;
import io.vignette.gateway.ledger.LedgerWatch;
import io.vignette.gateway.presence.KafkaPresence;
import io.vignette.gateway.status.JobTable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready = Kafka answers, topics exist, the table answers, the ledger folds or soon will again, and
 * results don't lag behind the events.
 */
@Readiness
@ApplicationScoped
public class GatewayReady implements HealthCheck {
  private final GatewayLifecycle lifecycle;
  private final JobTable table;
  private final LedgerHost ledger;
  private final LedgerWatch results;
  private final KafkaPresence kafka;

  @Inject
  public GatewayReady(
      GatewayLifecycle lifecycle,
      JobTable table,
      LedgerHost ledger,
      LedgerWatch results,
      KafkaPresence kafka) {
    this.lifecycle = lifecycle;
    this.table = table;
    this.ledger = ledger;
    this.results = results;
    this.kafka = kafka;
  }

  @Override
  public HealthCheckResponse call() {
    boolean hasTopics = lifecycle.hasTopics();
    return HealthCheckResponse.named("gateway")
        .withData("kafka", kafka.isPresent())
        .withData("topics", hasTopics)
        .withData("table", table.isReady())
        .withData("ledger", ledger.isHealthy())
        .withData("resultsLag", results.isLagging())
        .withData("eventsBehind", results.eventsBehind())
        .withData("secondsBehind", Math.round(results.secondsBehind()))
        .withData("openJobs", table.openJobs())
        .status(
            kafka.isPresent()
                && hasTopics
                && table.isReady()
                && ledger.isHealthy()
                && !results.isLagging())
        .build();
  }
}

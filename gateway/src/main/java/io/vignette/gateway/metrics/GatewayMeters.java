package io.vignette.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.ledger.LedgerHost;
import io.vignette.gateway.ledger.LedgerWatch;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.submission.SubmissionCounters;
import io.vignette.gateway.submission.Submissions;
import io.vignette.ledger.state.Effect;
import io.vignette.ledger.topology.LedgerCounters;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Meters over the table and the ledger; read when scraped. */
@ApplicationScoped
public class GatewayMeters {
  private final MeterRegistry registry;
  private final JobTable table;
  private final LedgerHost ledger;
  private final LedgerWatch results;
  private final Submissions submissions;

  @Inject
  public GatewayMeters(
      MeterRegistry registry,
      JobTable table,
      LedgerHost ledger,
      LedgerWatch results,
      Submissions submissions) {
    this.registry = registry;
    this.table = table;
    this.ledger = ledger;
    this.results = results;
    this.submissions = submissions;
  }

  void register(@Observes StartupEvent event) {
    Gauge.builder("vignette.table.jobs", table, JobTable::size)
        .description("Jobs in the table")
        .register(registry);
    Gauge.builder("vignette.table.jobs.open", table, JobTable::openJobs)
        .description("Jobs in the table that have not ended")
        .register(registry);
    Gauge.builder("vignette.table.jobs.watched", table, JobTable::watchedJobs)
        .description("Jobs whose end a request waits for")
        .register(registry);
    FunctionCounter.builder("vignette.table.skipped", table, JobTable::skipped)
        .description("Records that the table passed over because they cannot be read")
        .register(registry);
    ledgerMeters(ledger.counters());
    lagMeters();
    submissionMeters(submissions.counters());
  }

  private void lagMeters() {
    Gauge.builder("vignette.ledger.lag.events", results, LedgerWatch::eventsBehind)
        .description("Events that no ledger has committed")
        .register(registry);
    TimeGauge.builder("vignette.ledger.lag", results, TimeUnit.SECONDS, LedgerWatch::secondsBehind)
        .description("For how long the oldest event that no ledger has committed has been there")
        .register(registry);
  }

  private void submissionMeters(SubmissionCounters counters) {
    FunctionCounter.builder("vignette.submissions.accepted", counters, SubmissionCounters::accepted)
        .description("Requests that were confirmed")
        .register(registry);
    for (Reason reason : Reason.values()) {
      FunctionCounter.builder(
              "vignette.submissions.rejected", counters, each -> each.rejected(reason))
          .description("Requests that were refused or failed, by reason")
          .tag("reason", reason.code())
          .register(registry);
    }
  }

  private void ledgerMeters(LedgerCounters counters) {
    for (Effect effect : Effect.values()) {
      FunctionCounter.builder("vignette.ledger.events", counters, each -> each.events(effect))
          .description("Events folded, by what they did")
          .tag("effect", effect.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionCounter.builder("vignette.ledger.unreadable", counters, LedgerCounters::unreadable)
        .description("Records on the events topic that were skipped")
        .register(registry);
    FunctionCounter.builder("vignette.ledger.repaired", counters, LedgerCounters::repaired)
        .description("Events that were folded without the parts of them that cannot be")
        .register(registry);
    FunctionCounter.builder(
            "vignette.ledger.thread.restarts", counters, LedgerCounters::threadRestarts)
        .description("Ledger threads that were replaced after a fault")
        .register(registry);
  }
}

package io.vignette.gateway.intake;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.function.ToDoubleFunction;

/** Meters over the intake, where it is on; read when scraped. */
@ApplicationScoped
public class IntakeMeters {
  private final MeterRegistry registry;
  private final IntakeLifecycle intake;

  @Inject
  public IntakeMeters(MeterRegistry registry, IntakeLifecycle intake) {
    this.registry = registry;
    this.intake = intake;
  }

  void register(@Observes StartupEvent event) {
    if (!intake.isOn()) {
      return;
    }
    events("submitted", "none", IntakeCounters::submitted);
    for (SkipCause cause : SkipCause.values()) {
      events("ignored", cause.code(), counters -> counters.ignored(cause));
    }
    for (Reason reason : Reason.values()) {
      events("dead", reason.code(), counters -> counters.dead(reason));
    }
    FunctionCounter.builder("vignette.intake.retries", intake.counters(), IntakeCounters::retried)
        .description("Submissions and dead letters that were tried again")
        .register(registry);
  }

  private void events(String outcome, String reason, ToDoubleFunction<IntakeCounters> count) {
    FunctionCounter.builder("vignette.intake.events", intake.counters(), count)
        .description("Pictures that events told of, by what became of them")
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
  }
}

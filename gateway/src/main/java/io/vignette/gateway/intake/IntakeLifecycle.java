package io.vignette.gateway.intake;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.gateway.submission.Submissions;
import io.vignette.models.ModelRepository;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts the intake when the gateway is ready, and stops it first; nothing where it is off. */
@ApplicationScoped
public class IntakeLifecycle {
  /** Before the worker drains, so that no new work comes meanwhile. */
  private static final int STOP_PRIORITY = 1900;

  private static final int IN_FLIGHT_LIMIT = 1000;

  private final IntakeConfig config;
  private final GatewayLifecycle gateway;
  private final Submissions submissions;
  private final ModelRepository models;
  private final KafkaConnection kafka;
  private final Topics topics;
  private final IntakeCounters counters = new IntakeCounters();
  private volatile @Nullable Intake intake;

  @Inject
  public IntakeLifecycle(
      IntakeConfig config,
      GatewayLifecycle gateway,
      Submissions submissions,
      ModelRepository models,
      KafkaConnection kafka,
      Topics topics) {
    this.config = config;
    this.gateway = gateway;
    this.submissions = submissions;
    this.models = models;
    this.kafka = kafka;
    this.topics = topics;
  }

  /** What became of the events so far. */
  public IntakeCounters counters() {
    return counters;
  }

  /** Whether a topic is named. */
  public boolean isOn() {
    return config.topic().isPresent();
  }

  void start(@Observes StartupEvent event) {
    Optional<String> topic = config.topic();
    if (topic.isPresent()) {
      requireInFlight(config.inFlightMax());
      Intake made =
          new Intake(
              kafka,
              topic.get(),
              topics.intakeGroup(),
              config.inFlightMax(),
              new Intake.Decisions(
                  Rules.of(config.rules(), models), config.unmatched(), submissions::submit),
              counters);
      intake = made;
      gateway.ready().thenRun(made::start);
    }
  }

  void stop(@Observes @Priority(STOP_PRIORITY) ShutdownEvent event) {
    Intake made = intake;
    if (made != null) {
      made.close();
    }
  }

  private static void requireInFlight(int inFlightMax) {
    if (inFlightMax < 1 || inFlightMax > IN_FLIGHT_LIMIT) {
      throw new ConfigurationException(
          "vignette.intake.in-flight-max: %d (expected: 1 to %d)"
              .formatted(inFlightMax, IN_FLIGHT_LIMIT));
    }
  }
}

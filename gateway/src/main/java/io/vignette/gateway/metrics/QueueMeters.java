package io.vignette.gateway.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.queue.QueueWatch;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.status.OpenJobs;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Meters over the open jobs, and the time from a job's submission to its end.
 *
 * <p>Each gateway knows all jobs, so each says the same: take one gateway's, or the largest, not
 * their sum.
 */
@ApplicationScoped
public class QueueMeters {
  private static final List<Priority> PRIORITIES = List.of(Priority.INTERACTIVE, Priority.BULK);
  private static final List<State> OPEN = List.of(State.QUEUED, State.RUNNING);
  private static final List<State> ENDED =
      List.of(State.SUCCEEDED, State.FAILED, State.CANCELLED, State.EXPIRED);
  private static final String SECONDS = "seconds";

  /** Milliseconds for a job alone, hours behind a queue. */
  private static final Duration[] BOUNDARIES = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(15),
    Duration.ofHours(1),
    Duration.ofHours(4),
    Duration.ofHours(12),
    Duration.ofHours(24)
  };

  /** A job that is older is none: whoever wrote its event told a time that cannot be. */
  static final Duration LONGEST = Duration.ofDays(365);

  private final MeterRegistry registry;
  private final JobTable table;
  private final QueueWatch watch;
  private final Clock clock;
  private final Map<Kind, Timer> durations = new ConcurrentHashMap<>();

  private record Kind(Priority priority, State state) {}

  @Inject
  public QueueMeters(MeterRegistry registry, JobTable table, QueueWatch watch, Clock clock) {
    this.registry = registry;
    this.table = table;
    this.watch = watch;
    this.clock = clock;
  }

  void register(@Observes StartupEvent event) {
    OpenJobs open = table.open();
    for (Priority priority : PRIORITIES) {
      for (State state : OPEN) {
        Gauge.builder("vignette.queue.jobs", () -> open.jobs(priority, state))
            .description("Jobs that have not ended, by priority and state")
            .tag("priority", tag(priority))
            .tag("state", tag(state))
            .register(registry);
      }
      for (State state : ENDED) {
        durations.put(new Kind(priority, state), duration(priority, state));
      }
    }
    gauge("vignette.queue.bytes", "bytes", "Bytes of the images kept for open jobs", open::bytes);
    gauge(
        "vignette.queue.oldest.age",
        SECONDS,
        "How long the oldest open job has been open; 0 where none is",
        () -> open.oldestAge(clock.instant(), LONGEST).toSeconds());
    gauge(
        "vignette.queue.work",
        SECONDS,
        "How long the workers take for all open jobs at their pace; 0 where it is not known",
        () -> watch.workTime(open.jobs()).orElse(Duration.ZERO).toSeconds());
    table.onEnd(this::ended);
  }

  private void gauge(String name, String unit, String description, Supplier<Number> value) {
    Gauge.builder(name, value).baseUnit(unit).description(description).register(registry);
  }

  private Timer duration(Priority priority, State state) {
    return Timer.builder("vignette.job.duration")
        .description("Time from a job's submission until this gateway saw its end")
        .tag("priority", tag(priority))
        .tag("state", tag(state))
        .serviceLevelObjectives(BOUNDARIES)
        .register(registry);
  }

  private void ended(JobStatus status) {
    Priority priority =
        status.getIdentity().getPriority() == Priority.BULK ? Priority.BULK : Priority.INTERACTIVE;
    Timer timer = durations.get(new Kind(priority, status.getState()));
    if (timer != null && status.getIdentity().hasSubmittedAt()) {
      Instant submitted =
          Instant.ofEpochSecond(
              status.getIdentity().getSubmittedAt().getSeconds(),
              status.getIdentity().getSubmittedAt().getNanos());
      took(submitted, clock.instant()).ifPresent(timer::record);
    }
  }

  /**
   * From zero, because clocks of several machines may differ by more than a job takes; empty for
   * longer than {@link #LONGEST}: whoever submitted the job told a time that cannot be.
   */
  static Optional<Duration> took(Instant submitted, Instant ended) {
    Duration took = Duration.between(submitted, ended);
    if (took.isNegative()) {
      return Optional.of(Duration.ZERO);
    }
    return took.compareTo(LONGEST) < 0 ? Optional.of(took) : Optional.empty();
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

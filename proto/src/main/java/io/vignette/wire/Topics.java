package io.vignette.wire;

import java.time.Duration;
import java.util.List;

/**
 * The names of Vignette's topics under one prefix.
 *
 * <p>Immutable. The prefix is {@code vignette} unless an operator shares a cluster between systems.
 */
public record Topics(String prefix) {

  /** The usual prefix. */
  public static final String DEFAULT_PREFIX = "vignette";

  /**
   * Partitions of {@link #jobEvents()} and {@link #status()} on a fresh cluster: one job's facts
   * share one of them.
   */
  public static final int EVENT_PARTITIONS = 12;

  /** Partitions of each jobs topic on a fresh cluster. */
  public static final int JOB_PARTITIONS = 3;

  /** Waits a delayed job can be given, shortest first; one topic each. */
  public enum Delay {
    TEN_SECONDS("10s", Duration.ofSeconds(10)),
    ONE_MINUTE("1m", Duration.ofMinutes(1)),
    TEN_MINUTES("10m", Duration.ofMinutes(10));

    private final String suffix;
    private final Duration duration;

    Delay(String suffix, Duration duration) {
      this.suffix = suffix;
      this.duration = duration;
    }

    public Duration duration() {
      return duration;
    }
  }

  public Topics {
    if (prefix.isBlank()) {
      throw new IllegalArgumentException("topic prefix: '" + prefix + "' (expected: not blank)");
    }
  }

  public static Topics standard() {
    return new Topics(DEFAULT_PREFIX);
  }

  public String jobsInteractive() {
    return prefix + ".jobs.interactive";
  }

  public String jobsBulk() {
    return prefix + ".jobs.bulk";
  }

  /** Suspect jobs, run one at a time. */
  public String jobsSolo() {
    return prefix + ".jobs.solo";
  }

  /** Which suspects a worker has in its decoder and engine, alone; the last mark of each counts. */
  public String soloMarks() {
    return jobsSolo() + ".marks";
  }

  public String delay(Delay delay) {
    return prefix + ".delay." + delay.suffix;
  }

  public String jobEvents() {
    return prefix + ".job-events";
  }

  /**
   * The last status of each job, until the ledger forgets it: the changelog of the ledger's store,
   * which names it so.
   */
  public String status() {
    return prefix + "-ledger-jobs-changelog";
  }

  public String results() {
    return prefix + ".results";
  }

  /** The results once more, as JSON, where that is switched on. */
  public String resultsJson() {
    return results() + ".json";
  }

  public String dead() {
    return prefix + ".dead";
  }

  public String cancellations() {
    return prefix + ".cancellations";
  }

  /** What only gateways may read: the secret of the deployment. */
  public String secret() {
    return prefix + ".secret";
  }

  /** Where events of {@code imageEvents} are set aside that no job can be made of. */
  public static String deadEvents(String imageEvents) {
    return imageEvents + ".dead";
  }

  /** The consumer group in which all gateways share the image events. */
  public String intakeGroup() {
    return prefix + "-intake";
  }

  /** Every topic a worker leases from. */
  public List<String> leased() {
    return List.of(jobsInteractive(), jobsBulk(), jobsSolo());
  }
}

package io.vignette.worker.delay;

import io.vignette.records.ShownText;
import io.vignette.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Moves one delayed record to a topic of jobs, or has its job fail where no try ever could.
 *
 * <p>Stateless. Only topics that workers lease from are targets: a record that names another one,
 * that has no value, or that Kafka refuses for what it is, is set aside. Whether it is a job is
 * found out by whoever leases it.
 */
final class Mover {
  private final List<String> targets;
  private final Destinations destinations;

  Mover(Topics topics, Destinations destinations) {
    this.targets = topics.leased();
    this.destinations = destinations;
  }

  /** Completes when Kafka has confirmed where it went; fails where the same try may succeed. */
  CompletionStage<Void> move(DelayedRecord delayed) {
    return problem(delayed)
        .map(problem -> setAside(delayed, problem))
        .orElseGet(() -> publish(delayed));
  }

  private Optional<String> problem(DelayedRecord delayed) {
    if (delayed.source().value() == null) {
      return Optional.of("delayed job: no value (expected: a CaptionJob message)");
    }
    return targets.contains(delayed.target())
        ? Optional.empty()
        : Optional.of(
            "target of a delayed job: '%s' (expected: one of %s)"
                .formatted(ShownText.of(delayed.target()), String.join(", ", targets)));
  }

  private CompletionStage<Void> publish(DelayedRecord delayed) {
    // Composed, so that a port that throws at once has failed like any other.
    return CompletableFuture.completedStage(destinations.jobs())
        .thenCompose(
            jobs ->
                jobs.publish(
                    delayed.target(),
                    delayed.source().key(),
                    delayed.source().value(),
                    delayed.headers()))
        .exceptionallyCompose(
            failure ->
                isRefusal(failure)
                    ? setAside(
                        delayed,
                        "delayed job: refused by %s, %d bytes without its headers (expected: a"
                                .formatted(delayed.target(), delayed.source().value().length)
                            + " record that Kafka takes)")
                    : CompletableFuture.failedStage(failure));
  }

  private CompletionStage<Void> setAside(DelayedRecord delayed, String problem) {
    return destinations.unmovable().setAside(delayed.unmovable(problem));
  }

  /** Whether Kafka refuses this record, and would for ever. */
  private static boolean isRefusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RecordTooLargeException
          || cause instanceof SerializationException
          || cause instanceof InvalidRecordException
          || cause instanceof InvalidTimestampException) {
        return true;
      }
    }
    return false;
  }
}

package io.vignette.gateway.api;

import io.vignette.gateway.status.StatusConfig;
import io.vignette.gateway.submission.SubmissionConfig;
import io.vignette.wire.JobId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells what is gone from what is not there.
 *
 * <p>An id carries the time it was made, unless it comes from an idempotency key: what is so old
 * that its job must have ended and been forgotten is 410, all else is 404.
 */
@ApplicationScoped
public class UnknownJobs {
  /** Clocks that differ, and the moments between a deadline and the end that it brings. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final Duration rememberedFor;
  private final Clock clock;

  @Inject
  public UnknownJobs(StatusConfig table, SubmissionConfig submission, Clock clock) {
    this.rememberedFor = submission.deadlineMax().plus(table.retention()).plus(MARGIN);
    this.clock = clock;
  }

  JobNotFoundException of(String text) {
    return JobId.parse(text).map(this::of).orElseGet(() -> notFound(text));
  }

  JobNotFoundException of(JobId id) {
    Optional<JobNotFoundException> gone =
        id.madeAt()
            .filter(madeAt -> madeAt.plus(rememberedFor).isBefore(clock.instant()))
            .map(
                madeAt ->
                    new JobNotFoundException(
                        Response.Status.GONE.getStatusCode(),
                        "job: '%s' was made at %s (expected: less than %d h ago)"
                            .formatted(id, madeAt, rememberedFor.toHours())));
    return gone.orElseGet(() -> notFound(id.toString()));
  }

  private static JobNotFoundException notFound(String id) {
    String shown = id.length() <= 40 ? id : id.substring(0, 40) + "…";
    return new JobNotFoundException(
        Response.Status.NOT_FOUND.getStatusCode(),
        "job: '"
            + shown
            + "' is unknown (expected: an id that a submission answered, not longer ago"
            + " than results are kept)");
  }
}

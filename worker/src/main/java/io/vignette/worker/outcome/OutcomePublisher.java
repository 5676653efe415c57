package io.vignette.worker.outcome;

import io.vignette.proto.v1.JobError;
import io.vignette.proto.v1.JobEvent;
import io.vignette.records.IdentityBounds;
import io.vignette.records.JobEventReader;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.worker.lease.LeasedJob;
import io.vignette.worker.lease.UnreadableJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Turns outcomes into records: the one place that maps an {@link Outcome} to events and jobs.
 *
 * <p>Thread-safe; never blocks. Every stage completes when Kafka has confirmed all its records. A
 * job is written to its next topic before the event that says so: an event alone would promise what
 * nobody does.
 */
public final class OutcomePublisher {
  private final EventPublisher events;
  private final JobPublisher jobs;
  private final Topics topics;
  private final Clock clock;
  private final JobEvents facts;

  public OutcomePublisher(
      EventPublisher events, JobPublisher jobs, Topics topics, String worker, Clock clock) {
    this.events = events;
    this.jobs = jobs;
    this.topics = topics;
    this.clock = clock;
    this.facts = new JobEvents(worker, clock);
  }

  /** States that the attempt has begun. */
  public CompletionStage<Void> started(LeasedJob job) {
    return events.publish(facts.started(job), eventHeaders(job));
  }

  /** Publishes how the attempt ended. */
  public CompletionStage<Void> publish(LeasedJob job, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Captioned captioned -> captioned(job, captioned);
      case Outcome.Failed failed -> events.publish(facts.failed(job, failed), eventHeaders(job));
      case Outcome.Expired expired ->
          events.publish(facts.expired(job, expired), eventHeaders(job));
      case Outcome.Cancelled cancelled ->
          events.publish(facts.cancelled(job, cancelled), eventHeaders(job));
      case Outcome.Retry retry -> retry(job, retry);
      case Outcome.ToBulk slow -> move(job, topics.jobsBulk());
    };
  }

  /** Answers that fit into no event end the job all the same: nobody would read the event. */
  private CompletionStage<Void> captioned(LeasedJob job, Outcome.Captioned captioned) {
    JobEvent succeeded = facts.succeeded(job, captioned);
    int bytes = succeeded.getSerializedSize();
    return events.publish(
        bytes <= JobEventReader.EVENT_BYTES_MAX
            ? succeeded
            : facts.failed(job, new Outcome.Failed(tooLarge(bytes), captioned.timings())),
        eventHeaders(job));
  }

  private static JobError tooLarge(int bytes) {
    return JobError.newBuilder()
        .setCode(Reason.INFERENCE_FAILED.code())
        .setMessage(
            "answers: %d bytes with all that belongs to them (expected: at most %d)"
                .formatted(bytes, JobEventReader.EVENT_BYTES_MAX))
        .setStage("infer")
        .setRetryable(Reason.INFERENCE_FAILED.isRetryable())
        .build();
  }

  private CompletionStage<Void> retry(LeasedJob job, Outcome.Retry retry) {
    String home = job.origin().getTopic();
    Duration wait = retry.delay().map(Topics.Delay::duration).orElse(Duration.ZERO);
    Instant notBefore = clock.instant().plus(wait);
    Map<String, String> headers = jobHeaders(job, job.attempt() + (retry.spent() ? 1 : 0));
    headers.put(Headers.TARGET, home);
    headers.put(Headers.NOT_BEFORE, Long.toString(notBefore.toEpochMilli()));
    headers.put(Headers.ERROR, retry.cause().getCode());
    String topic = retry.delay().map(topics::delay).orElse(home);
    CompletionStage<Void> moved = jobs.publish(topic, job.id(), job.job().toByteArray(), headers);
    return retry.spent()
        ? moved.thenCompose(
            done -> events.publish(facts.retried(job, notBefore, retry.cause()), eventHeaders(job)))
        : moved;
  }

  /** Moves a suspect to where it runs alone, its attempt unchanged. */
  public CompletionStage<Void> moveToSolo(LeasedJob job) {
    return move(job, topics.jobsSolo());
  }

  private CompletionStage<Void> move(LeasedJob job, String topic) {
    return jobs.publish(topic, job.id(), job.job().toByteArray(), jobHeaders(job, job.attempt()));
  }

  /** Fails the job that an unreadable record stands for. */
  public CompletionStage<Void> publishUnreadable(UnreadableJob job, JobError error) {
    Map<String, String> headers = new HashMap<>(job.trace().headers());
    headers.put(Headers.CONTENT_TYPE, Headers.PROTOBUF);
    return events.publish(facts.unreadable(job, error), headers);
  }

  private static Map<String, String> eventHeaders(LeasedJob job) {
    Map<String, String> headers = new HashMap<>(job.trace().headers());
    headers.put(Headers.TENANT, IdentityBounds.textWithin(job.job().getTenant()));
    headers.put(
        Headers.CLIENT_REFERENCE, IdentityBounds.textWithin(job.job().getClientReference()));
    headers.put(Headers.CONTENT_TYPE, Headers.PROTOBUF);
    return headers;
  }

  private static Map<String, String> jobHeaders(LeasedJob job, int attempt) {
    Map<String, String> headers = eventHeaders(job);
    headers.put(Headers.ATTEMPT, Integer.toString(attempt));
    return headers;
  }
}

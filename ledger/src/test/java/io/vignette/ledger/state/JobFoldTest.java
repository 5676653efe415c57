package io.vignette.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFoldTest {

  private static final Events JOB = Events.of("job-1");

  private static final Map<String, JobEvent> EVENTS =
      Map.ofEntries(
          Map.entry("submitted", JOB.submitted()),
          Map.entry("started(1)", JOB.started(1)),
          Map.entry("started(2)", JOB.started(2)),
          Map.entry("started(3)", JOB.started(3)),
          Map.entry("retried(1)", JOB.retried(1)),
          Map.entry("retried(2)", JOB.retried(2)),
          Map.entry("retried(3)", JOB.retried(3)),
          Map.entry("succeeded(1)", JOB.succeeded(1)),
          Map.entry("succeeded(2)", JOB.succeeded(2)),
          Map.entry("failed(1)", JOB.failed(1)),
          Map.entry("failed(2)", JOB.failed(2)),
          Map.entry("cancelled", JOB.cancelled()),
          Map.entry("expired", JOB.expired()),
          Map.entry("unknown", JOB.unknown()));

  private static final Map<String, List<JobEvent>> HISTORIES =
      Map.of(
          "none", List.of(),
          "QUEUED(1)", List.of(JOB.submitted()),
          "QUEUED(2)", List.of(JOB.submitted(), JOB.started(1), JOB.retried(1)),
          "RUNNING(2)", List.of(JOB.submitted(), JOB.started(2)),
          "RUNNING(2)-unsubmitted", List.of(JOB.started(2)),
          "SUCCEEDED", List.of(JOB.submitted(), JOB.started(2), JOB.succeeded(2)),
          "SUCCEEDED-unsubmitted", List.of(JOB.succeeded(2)),
          "FAILED", List.of(JOB.submitted(), JOB.started(2), JOB.failed(2)),
          "CANCELLED", List.of(JOB.submitted(), JOB.started(2), JOB.cancelled()),
          "EXPIRED", List.of(JOB.submitted(), JOB.started(2), JOB.expired()));

  @ParameterizedTest(name = "{0} + {1} = {2}({3}) {4}")
  @CsvSource(
      textBlock =
          """
          none, submitted,    QUEUED,    1, CHANGED
          none, started(1),   RUNNING,   1, CHANGED
          none, started(2),   RUNNING,   2, CHANGED
          none, started(3),   RUNNING,   3, CHANGED
          none, retried(1),   QUEUED,    2, CHANGED
          none, retried(2),   QUEUED,    3, CHANGED
          none, retried(3),   QUEUED,    4, CHANGED
          none, succeeded(1), SUCCEEDED, 1, TERMINAL
          none, succeeded(2), SUCCEEDED, 2, TERMINAL
          none, failed(1),    FAILED,    1, TERMINAL
          none, failed(2),    FAILED,    2, TERMINAL
          none, cancelled,    CANCELLED, 1, TERMINAL
          none, expired,      EXPIRED,   1, TERMINAL
          none, unknown,      QUEUED,    1, CHANGED
          QUEUED(1), submitted,    QUEUED,    1, DUPLICATE
          QUEUED(1), started(1),   RUNNING,   1, CHANGED
          QUEUED(1), started(2),   RUNNING,   2, CHANGED
          QUEUED(1), started(3),   RUNNING,   3, CHANGED
          QUEUED(1), retried(1),   QUEUED,    2, CHANGED
          QUEUED(1), retried(2),   QUEUED,    3, CHANGED
          QUEUED(1), retried(3),   QUEUED,    4, CHANGED
          QUEUED(1), succeeded(1), SUCCEEDED, 1, TERMINAL
          QUEUED(1), succeeded(2), SUCCEEDED, 2, TERMINAL
          QUEUED(1), failed(1),    FAILED,    1, TERMINAL
          QUEUED(1), failed(2),    FAILED,    2, TERMINAL
          QUEUED(1), cancelled,    CANCELLED, 1, TERMINAL
          QUEUED(1), expired,      EXPIRED,   1, TERMINAL
          QUEUED(1), unknown,      QUEUED,    1, UNKNOWN
          QUEUED(2), submitted,    QUEUED,    2, DUPLICATE
          QUEUED(2), started(1),   QUEUED,    2, LATE
          QUEUED(2), started(2),   RUNNING,   2, CHANGED
          QUEUED(2), started(3),   RUNNING,   3, CHANGED
          QUEUED(2), retried(1),   QUEUED,    2, DUPLICATE
          QUEUED(2), retried(2),   QUEUED,    3, CHANGED
          QUEUED(2), retried(3),   QUEUED,    4, CHANGED
          QUEUED(2), succeeded(1), SUCCEEDED, 2, TERMINAL
          QUEUED(2), succeeded(2), SUCCEEDED, 2, TERMINAL
          QUEUED(2), failed(1),    FAILED,    2, TERMINAL
          QUEUED(2), failed(2),    FAILED,    2, TERMINAL
          QUEUED(2), cancelled,    CANCELLED, 2, TERMINAL
          QUEUED(2), expired,      EXPIRED,   2, TERMINAL
          QUEUED(2), unknown,      QUEUED,    2, UNKNOWN
          RUNNING(2), submitted,    RUNNING,   2, DUPLICATE
          RUNNING(2), started(1),   RUNNING,   2, LATE
          RUNNING(2), started(2),   RUNNING,   2, DUPLICATE
          RUNNING(2), started(3),   RUNNING,   3, CHANGED
          RUNNING(2), retried(1),   RUNNING,   2, LATE
          RUNNING(2), retried(2),   QUEUED,    3, CHANGED
          RUNNING(2), retried(3),   QUEUED,    4, CHANGED
          RUNNING(2), succeeded(1), SUCCEEDED, 2, TERMINAL
          RUNNING(2), succeeded(2), SUCCEEDED, 2, TERMINAL
          RUNNING(2), failed(1),    FAILED,    2, TERMINAL
          RUNNING(2), failed(2),    FAILED,    2, TERMINAL
          RUNNING(2), cancelled,    CANCELLED, 2, TERMINAL
          RUNNING(2), expired,      EXPIRED,   2, TERMINAL
          RUNNING(2), unknown,      RUNNING,   2, UNKNOWN
          RUNNING(2)-unsubmitted, submitted, RUNNING, 2, CHANGED
          SUCCEEDED, submitted,    SUCCEEDED, 2, DUPLICATE
          SUCCEEDED, started(1),   SUCCEEDED, 2, LATE
          SUCCEEDED, started(2),   SUCCEEDED, 2, LATE
          SUCCEEDED, started(3),   SUCCEEDED, 2, LATE
          SUCCEEDED, retried(1),   SUCCEEDED, 2, LATE
          SUCCEEDED, retried(2),   SUCCEEDED, 2, LATE
          SUCCEEDED, retried(3),   SUCCEEDED, 2, LATE
          SUCCEEDED, succeeded(1), SUCCEEDED, 2, DUPLICATE
          SUCCEEDED, succeeded(2), SUCCEEDED, 2, DUPLICATE
          SUCCEEDED, failed(1),    SUCCEEDED, 2, LATE
          SUCCEEDED, failed(2),    SUCCEEDED, 2, LATE
          SUCCEEDED, cancelled,    SUCCEEDED, 2, LATE
          SUCCEEDED, expired,      SUCCEEDED, 2, LATE
          SUCCEEDED, unknown,      SUCCEEDED, 2, UNKNOWN
          SUCCEEDED-unsubmitted, submitted, SUCCEEDED, 2, LATE
          FAILED, submitted,    FAILED, 2, DUPLICATE
          FAILED, started(1),   FAILED, 2, LATE
          FAILED, started(2),   FAILED, 2, LATE
          FAILED, started(3),   FAILED, 2, LATE
          FAILED, retried(1),   FAILED, 2, LATE
          FAILED, retried(2),   FAILED, 2, LATE
          FAILED, retried(3),   FAILED, 2, LATE
          FAILED, succeeded(1), FAILED, 2, LATE
          FAILED, succeeded(2), FAILED, 2, LATE
          FAILED, failed(1),    FAILED, 2, DUPLICATE
          FAILED, failed(2),    FAILED, 2, DUPLICATE
          FAILED, cancelled,    FAILED, 2, LATE
          FAILED, expired,      FAILED, 2, LATE
          FAILED, unknown,      FAILED, 2, UNKNOWN
          CANCELLED, submitted,    CANCELLED, 2, DUPLICATE
          CANCELLED, started(1),   CANCELLED, 2, LATE
          CANCELLED, started(2),   CANCELLED, 2, LATE
          CANCELLED, started(3),   CANCELLED, 2, LATE
          CANCELLED, retried(1),   CANCELLED, 2, LATE
          CANCELLED, retried(2),   CANCELLED, 2, LATE
          CANCELLED, retried(3),   CANCELLED, 2, LATE
          CANCELLED, succeeded(1), CANCELLED, 2, LATE
          CANCELLED, succeeded(2), CANCELLED, 2, LATE
          CANCELLED, failed(1),    CANCELLED, 2, LATE
          CANCELLED, failed(2),    CANCELLED, 2, LATE
          CANCELLED, cancelled,    CANCELLED, 2, DUPLICATE
          CANCELLED, expired,      CANCELLED, 2, LATE
          CANCELLED, unknown,      CANCELLED, 2, UNKNOWN
          EXPIRED, submitted,    EXPIRED, 2, DUPLICATE
          EXPIRED, started(1),   EXPIRED, 2, LATE
          EXPIRED, started(2),   EXPIRED, 2, LATE
          EXPIRED, started(3),   EXPIRED, 2, LATE
          EXPIRED, retried(1),   EXPIRED, 2, LATE
          EXPIRED, retried(2),   EXPIRED, 2, LATE
          EXPIRED, retried(3),   EXPIRED, 2, LATE
          EXPIRED, succeeded(1), EXPIRED, 2, LATE
          EXPIRED, succeeded(2), EXPIRED, 2, LATE
          EXPIRED, failed(1),    EXPIRED, 2, LATE
          EXPIRED, failed(2),    EXPIRED, 2, LATE
          EXPIRED, cancelled,    EXPIRED, 2, LATE
          EXPIRED, expired,      EXPIRED, 2, DUPLICATE
          EXPIRED, unknown,      EXPIRED, 2, UNKNOWN
          """)
  void everyEventInEveryState(
      String before, String event, State state, int attempt, Effect effect) {
    List<JobEvent> history = named(HISTORIES, before);
    JobStatus current = history.isEmpty() ? null : fold(history);

    FoldResult folded = JobFold.apply(current, named(EVENTS, event), 100);

    assertThat(folded.effect()).isEqualTo(effect);
    assertThat(folded.status().getState()).isEqualTo(state);
    assertThat(folded.status().getAttempt()).isEqualTo(attempt);
    assertThat(folded.changed()).isEqualTo(!folded.status().equals(current));
    assertThat(folded.status().getEventOffset())
        .isEqualTo(folded.changed() ? 100 : current == null ? -1 : current.getEventOffset());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "QUEUED(1)",
    "QUEUED(2)",
    "RUNNING(2)",
    "SUCCEEDED",
    "FAILED",
    "CANCELLED",
    "EXPIRED"
  })
  void anEventOfAnotherRequestUnderTheSameIdChangesNothing(String before) {
    JobStatus current = fold(named(HISTORIES, before));
    for (JobEvent event : EVENTS.values()) {
      JobEvent foreign = event.toBuilder().setIdentity(JOB.claimedBy("another").identity()).build();

      FoldResult folded = JobFold.apply(current, foreign, 100);

      assertThat(folded).isEqualTo(new FoldResult(current, Effect.CONFLICT));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "QUEUED(1)",
    "QUEUED(2)",
    "RUNNING(2)",
    "SUCCEEDED",
    "FAILED",
    "CANCELLED",
    "EXPIRED"
  })
  void anEventAtAReflectedOffsetChangesNothing(String before) {
    JobStatus current = fold(named(HISTORIES, before));
    for (JobEvent event : EVENTS.values()) {
      FoldResult folded = JobFold.apply(current, event, current.getEventOffset());

      assertThat(folded).isEqualTo(new FoldResult(current, Effect.DUPLICATE));
    }
  }

  @Test
  void anOvertakenSubmittedFillsOnlyWhatIsMissing() {
    JobStatus running = fold(List.of(JOB.anonymous().started(2)));

    JobStatus filled = JobFold.apply(running, JOB.submitted(), 5).status();

    assertThat(filled)
        .isEqualTo(
            running.toBuilder()
                .setIdentity(JOB.identity())
                .setQueuedAt(JOB.submitted().getSubmitted())
                .setEventOffset(5)
                .build());
  }

  @Test
  void anIdentityOnceKnownIsNotOverwritten() {
    JobStatus queued = fold(List.of(JOB.submitted()));
    JobEvent other =
        JOB.started(1).toBuilder()
            .setIdentity(
                JOB.identity().toBuilder()
                    .setTenant("other")
                    .setBatchId("batch-1")
                    .setSubmittedAt(Events.LATER.toBuilder().setNanos(5))
                    .putMetadata("more", "of it"))
            .build();

    JobStatus running = JobFold.apply(queued, other, 5).status();

    assertThat(running.getIdentity())
        .isEqualTo(JOB.identity().toBuilder().setBatchId("batch-1").build());
  }

  @Test
  void theFingerprintIsKnownFromTheFirstEventThatHasOne() {
    JobStatus running = fold(List.of(JOB.anonymous().started(1), JOB.submitted()));

    assertThat(JobFold.apply(running, JOB.claimedBy("another").succeeded(1), 9).effect())
        .isEqualTo(Effect.CONFLICT);
    assertThat(JobFold.apply(running, JOB.anonymous().succeeded(1), 9).effect())
        .isEqualTo(Effect.TERMINAL);
  }

  @Test
  void aRetryWaitsUntilItsTimeAndAStartEndsTheWait() {
    JobStatus queued = fold(List.of(JOB.submitted(), JOB.started(1), JOB.retried(1)));
    assertThat(queued.getNotBefore()).isEqualTo(Events.LATER);

    JobStatus running = JobFold.apply(queued, JOB.started(2), 9).status();

    assertThat(running.hasNotBefore()).isFalse();
  }

  @Test
  void anAttemptOfZeroCountsAsTheFirst() {
    assertThat(fold(List.of(JOB.started(0))).getAttempt()).isEqualTo(1);
    assertThat(fold(List.of(JOB.retried(0))).getAttempt()).isEqualTo(2);
  }

  private static <T> T named(Map<String, T> values, String name) {
    return Optional.ofNullable(values.get(name)).orElseThrow();
  }

  private static JobStatus fold(List<JobEvent> events) {
    JobStatus status = JobFold.apply(null, events.getFirst(), 0).status();
    for (int offset = 1; offset < events.size(); offset++) {
      status = JobFold.apply(status, events.get(offset), offset).status();
    }
    return status;
  }
}

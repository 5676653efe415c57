package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Succeeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FoldTest {
  private static final Fold.WrittenEvents ALL = (partition, offset) -> offset;
  private static final UUID ID = UUID.randomUUID();

  private final StatusMap map = new StatusMap(1000, 1000);
  private final List<JobStatus> ended = new ArrayList<>();
  private final Fold fold = new Fold(map, new TerminalWatch(), ended::add);

  @Test
  void eventEndsTheJob() {
    fold.snapshot(record("status", 0, Statuses.queued(ID, 100).toByteArray()), ALL);

    fold.event(record("events", 9, succeeded()));

    assertThat(map.get(ID).map(JobStatus::getState)).contains(State.SUCCEEDED);
    assertThat(ended).extracting(JobStatus::getState).containsExactly(State.SUCCEEDED);
  }

  @Test
  void repeatedEndIsNoSecondEnd() {
    fold.event(record("events", 9, succeeded()));
    fold.event(record("events", 10, succeeded()));

    assertThat(ended).hasSize(1);
  }

  @Test
  void olderSnapshotTakesNothingBack() {
    JobStatus snapshot = Statuses.queued(ID, 100);
    fold.snapshot(record("status", 0, snapshot.toByteArray()), ALL);
    fold.event(record("events", 9, succeeded()));

    fold.snapshot(record("status", 0, snapshot.toByteArray()), ALL);

    assertThat(map.get(ID).map(JobStatus::getState)).contains(State.SUCCEEDED);
  }

  @Test
  void whatCannotBeReadIsSkipped() {
    fold.event(record("events", 1, new byte[] {-1, -1}));
    fold.event(new ConsumerRecord<>("events", 0, 2, "no id", succeeded()));
    fold.event(new ConsumerRecord<>("events", 0, 3, null, succeeded()));
    fold.event(record("events", 4, null));

    assertThat(map.size()).isZero();
  }

  @Test
  void whatIsSkippedIsCounted() {
    fold.event(record("events", 1, new byte[] {-1, -1}));
    fold.snapshot(record("status", 2, new byte[] {-1, -1}), ALL);
    fold.snapshot(new ConsumerRecord<>("status", 0, 3, null, new byte[0]), ALL);
    fold.snapshot(record("status", 4, null), ALL); // Somebody has the job forgotten.

    assertThat(fold.skipped()).isEqualTo(3);
  }

  @Test
  void aRecordThatMakesTheFoldFailCostsOnlyItself() {
    Fold failing =
        new Fold(
            map,
            new TerminalWatch(),
            status -> {
              throw new IllegalStateException("broken");
            });

    failing.event(record("events", 1, succeeded()));

    assertThat(failing.skipped()).isEqualTo(1);
    assertThat(map.get(ID).map(JobStatus::getState)).contains(State.SUCCEEDED);
  }

  /** The ledger skips it too: the table must not know a job that the ledger does not. */
  @Test
  void anEventOfAnotherJobThanItsKeySaysIsSkipped() {
    JobEvent.Builder event = JobEvent.newBuilder().setSucceeded(Succeeded.getDefaultInstance());

    fold.event(
        record("events", 1, event.setJobId(UUID.randomUUID().toString()).build().toByteArray()));
    fold.event(record("events", 2, event.clearJobId().build().toByteArray()));
    String loud = ID.toString().toUpperCase(Locale.ROOT);
    fold.event(
        new ConsumerRecord<>("events", 0, 3, loud, event.setJobId(loud).build().toByteArray()));

    assertThat(map.size()).isZero();
    assertThat(fold.skipped()).isEqualTo(3);
  }

  @Test
  void aSnapshotThatNoLedgerWritesIsSkipped() {
    JobStatus good = Statuses.queued(ID, 100);
    for (JobStatus bad :
        List.of(
            good.toBuilder().setStateValue(77).build(),
            good.toBuilder().setStateValue(-1).build(),
            good.toBuilder().clearState().build(),
            good.toBuilder().setEventOffset(-1).build(),
            good.toBuilder().setJobId("another").build())) {
      fold.snapshot(record("status", 0, bad.toByteArray()), ALL);
    }

    assertThat(map.size()).isZero();
    assertThat(fold.skipped()).isEqualTo(5);
  }

  @Test
  void aSnapshotIsShownWithoutWhatCannotBe() {
    Timestamp never = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build();
    JobStatus.Builder odd =
        Statuses.queued(ID, 100).toBuilder()
            .setState(State.SUCCEEDED)
            .setSince(never)
            .setNotBefore(never)
            .setAttempt(-1);
    odd.getIdentityBuilder().setDeadline(never).setSubmittedAt(never);
    odd.getResultBuilder()
        .setSubmittedAt(never)
        .setFinishedAt(never)
        .addAnswers(Answer.newBuilder().setConfidence(Double.NaN).setOutputTokens(-1));

    fold.snapshot(record("status", 0, odd.build().toByteArray()), ALL);

    JobStatus shown = map.get(ID).orElseThrow();
    assertThat(shown.hasNotBefore()).isFalse();
    assertThat(shown.getIdentity().hasDeadline()).isFalse();
    assertThat(shown.getIdentity().hasSubmittedAt()).isFalse();
    assertThat(shown.getAttempt()).isZero();
    assertThat(Timestamps.isValid(shown.getSince())).isTrue();
    assertThat(shown.getResult().getAnswers(0).hasConfidence()).isFalse();
    assertThat(shown.getResult().getAnswers(0).getOutputTokens()).isZero();
  }

  private static byte[] succeeded() {
    return JobEvent.newBuilder()
        .setJobId(ID.toString())
        .setAttempt(1)
        .setAt(Statuses.at(5))
        .setSucceeded(Succeeded.getDefaultInstance())
        .build()
        .toByteArray();
  }

  private static ConsumerRecord<String, byte[]> record(String topic, long offset, byte[] value) {
    return new ConsumerRecord<>(topic, 0, offset, ID.toString(), value);
  }
}

package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatusMapTest {
  private static final long RETENTION_MILLIS = 10_000;
  private static final int ENTRIES_MAX = 3;

  private final StatusMap map = new StatusMap(RETENTION_MILLIS, ENTRIES_MAX);

  @Test
  void endedJobsAreForgottenAfterTheirRetention() {
    UUID old = put(20);
    UUID young = put(21);

    map.clean(30_001);

    assertThat(map.get(old)).isEmpty();
    assertThat(map.get(young)).isPresent();
  }

  @Test
  void openJobsAreNeverForgotten() {
    for (int i = 0; i < 5; i++) {
      UUID id = UUID.randomUUID();
      map.put(id, Statuses.queued(id, 1));
    }

    map.clean(Long.MAX_VALUE);

    assertThat(map.size()).isEqualTo(5);
    assertThat(map.isOverfull()).isTrue();
  }

  @Test
  void tooManyEndedJobsGoOldestFirst() {
    List<UUID> ids = new ArrayList<>();
    for (int second = 1; second <= 5; second++) {
      ids.add(put(second));
    }

    map.clean(6_000);

    assertThat(map.size()).isEqualTo(ENTRIES_MAX);
    assertThat(map.get(ids.get(1))).isEmpty();
    assertThat(map.get(ids.get(2))).isPresent();
  }

  @Test
  void openJobsAreCountedThroughTheirLives() {
    UUID id = UUID.randomUUID();
    map.put(id, Statuses.queued(id, 100));
    assertThat(map.open().jobs()).isEqualTo(1);

    map.put(id, Statuses.queued(id, 100));
    assertThat(map.open().jobs()).isEqualTo(1);

    map.put(id, Statuses.succeeded(id, 50));
    assertThat(map.open().jobs()).isZero();
  }

  @Test
  void overdueAreOpenJobsBehindTheirDeadline() {
    UUID overdue = UUID.randomUUID();
    UUID inTime = UUID.randomUUID();
    map.put(overdue, Statuses.queued(overdue, 99));
    map.put(inTime, Statuses.queued(inTime, 101));
    put(50);

    assertThat(map.overdue(100_000, 0, 10))
        .extracting(JobStatus::getJobId)
        .containsExactly(overdue.toString());
  }

  @Test
  void everyOpenStateCanBeOverdue() {
    UUID queued = UUID.randomUUID();
    UUID running = UUID.randomUUID();
    UUID delayed = UUID.randomUUID();
    map.put(queued, Statuses.queued(queued, 99));
    map.put(running, Statuses.queued(running, 99).toBuilder().setState(State.RUNNING).build());
    map.put(
        delayed,
        Statuses.queued(delayed, 99).toBuilder()
            .setAttempt(2)
            .setNotBefore(Statuses.at(1000))
            .build());

    assertThat(map.overdue(100_000, 0, 10))
        .extracting(JobStatus::getJobId)
        .containsExactlyInAnyOrder(queued.toString(), running.toString(), delayed.toString());
    assertThat(map.overdue(100_000, 0, 2)).hasSize(2);
  }

  /** With a deadline that cannot be, or none, it would be open for ever. */
  @Test
  void openJobsThatHaveNotChangedForLongAreOverdueWhateverTheirDeadline() {
    UUID without = UUID.randomUUID();
    UUID never = UUID.randomUUID();
    UUID changed = UUID.randomUUID();
    JobStatus.Builder job = Statuses.queued(without, 0).toBuilder().setSince(Statuses.at(9));
    job.getIdentityBuilder().clearDeadline();
    map.put(without, job.build());
    map.put(
        never,
        Statuses.queued(never, 253_402_300_799L).toBuilder().setSince(Statuses.at(9)).build());
    map.put(changed, job.setJobId(changed.toString()).setSince(Statuses.at(10)).build());
    put(1);

    assertThat(map.overdue(100_000, 10_000, 10))
        .extracting(JobStatus::getJobId)
        .containsExactlyInAnyOrder(without.toString(), never.toString());
  }

  private UUID put(long endSeconds) {
    UUID id = UUID.randomUUID();
    JobStatus ended = Statuses.succeeded(id, endSeconds);
    map.put(id, ended);
    return id;
  }
}

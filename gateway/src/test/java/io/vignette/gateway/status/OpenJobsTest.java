package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The account, kept by the map as statuses come and go. */
class OpenJobsTest {
  private static final long SEED = 20260102;
  private static final Duration LONGEST = Duration.ofDays(365);

  private final StatusMap map = new StatusMap(1000, 1_000_000);
  private final OpenJobs open = map.open();

  @Test
  void jobIsCountedWhereItIs() {
    UUID id = UUID.randomUUID();
    map.put(id, job(id, Priority.BULK, State.QUEUED, 100, 7));

    assertThat(open.jobs(Priority.BULK, State.QUEUED)).isEqualTo(1);
    assertThat(open.bytes()).isEqualTo(7);

    map.put(id, job(id, Priority.BULK, State.RUNNING, 100, 7));

    assertThat(open.jobs(Priority.BULK, State.QUEUED)).isZero();
    assertThat(open.jobs(Priority.BULK, State.RUNNING)).isEqualTo(1);
    assertThat(open.jobs(Priority.INTERACTIVE)).isZero();
    assertThat(open.bytes()).isEqualTo(7);
    assertThat(open.ended()).isZero();

    map.put(id, job(id, Priority.BULK, State.SUCCEEDED, 100, 7));

    assertThat(open.jobs()).isZero();
    assertThat(open.bytes()).isZero();
    assertThat(open.ended()).isEqualTo(1);
  }

  @Test
  void jobWithoutAPriorityIsInteractive() {
    UUID id = UUID.randomUUID();
    map.put(id, job(id, Priority.PRIORITY_UNSPECIFIED, State.QUEUED, 100, 0));

    assertThat(open.jobs(Priority.INTERACTIVE, State.QUEUED)).isEqualTo(1);
  }

  @Test
  void ageIsThatOfTheOldestOpenJob() {
    UUID old = UUID.randomUUID();
    UUID young = UUID.randomUUID();
    Instant now = Instant.ofEpochSecond(200);
    assertThat(open.oldestAge(now, LONGEST)).isZero();

    map.put(young, job(young, Priority.BULK, State.QUEUED, 190, 0));
    map.put(old, job(old, Priority.BULK, State.QUEUED, 100, 0));
    assertThat(open.oldestAge(now, LONGEST)).isEqualTo(Duration.ofSeconds(100));

    map.put(old, job(old, Priority.BULK, State.FAILED, 100, 0));
    assertThat(open.oldestAge(now, LONGEST)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void jobOfATimeThatCannotBeIsNotTheOldest() {
    UUID forged = UUID.randomUUID();
    UUID old = UUID.randomUUID();
    map.put(forged, job(forged, Priority.BULK, State.QUEUED, -62_135_596_800L, 0));
    map.put(old, job(old, Priority.BULK, State.QUEUED, 100, 0));

    assertThat(open.oldestAge(Instant.ofEpochSecond(200), LONGEST))
        .isEqualTo(Duration.ofSeconds(100));
  }

  /** Whatever comes in whatever order: the account is that of the jobs as they are. */
  @Test
  void accountIsThatOfTheJobs() {
    Random random = new Random(SEED);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add(UUID.randomUUID());
    }
    State[] states = {State.QUEUED, State.RUNNING, State.SUCCEEDED, State.EXPIRED};
    Priority[] priorities = {Priority.INTERACTIVE, Priority.BULK};
    for (int i = 0; i < 5000; i++) {
      UUID id = ids.get(random.nextInt(ids.size()));
      map.put(
          id,
          job(
              id,
              priorities[random.nextInt(priorities.length)],
              states[random.nextInt(states.length)],
              random.nextInt(1000),
              random.nextInt(100)));
    }

    List<JobStatus> now =
        ids.stream()
            .flatMap(id -> map.get(id).stream())
            .filter(status -> status.getState().getNumber() <= State.RUNNING_VALUE)
            .toList();
    assertThat(open.jobs()).as("seed %d", SEED).isEqualTo(now.size());
    assertThat(open.bytes())
        .as("seed %d", SEED)
        .isEqualTo(now.stream().mapToLong(job -> job.getQueuedAt().getImageBytes()).sum());
    assertThat(open.oldestAge(Instant.ofEpochSecond(1000), LONGEST).toSeconds())
        .as("seed %d", SEED)
        .isEqualTo(
            1000
                - now.stream()
                    .mapToLong(job -> job.getIdentity().getSubmittedAt().getSeconds())
                    .min()
                    .orElseThrow());
  }

  private static JobStatus job(
      UUID id, Priority priority, State state, long submittedSecond, long imageBytes) {
    JobStatus.Builder status = Statuses.queued(id, 86_400).toBuilder().setState(state);
    status.getIdentityBuilder().setPriority(priority).setSubmittedAt(Statuses.at(submittedSecond));
    status.getQueuedAtBuilder().setImageBytes(imageBytes);
    return status.build();
  }
}

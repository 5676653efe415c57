package io.vignette.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariants of the fold over generated sequences; the seed is in the test's name. */
class JobFoldSequencesTest {

  private static final int SEQUENCES = 2_000;
  private static final Events JOB = Events.of("job-1");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 20261121})
  void endsOnceAndNeverGoesBack(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < SEQUENCES; n++) {
      List<FoldResult> steps = fold(null, sequence(random), 0);

      long ends = steps.stream().filter(step -> step.effect() == Effect.TERMINAL).count();
      assertThat(ends).isEqualTo(JobState.isTerminal(last(steps)) ? 1 : 0);
      IntStream.range(1, steps.size()).forEach(i -> assertForwards(steps.get(i - 1), steps.get(i)));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {4, 5, 6})
  void aSnapshotAndOverlappingEventsGiveTheStraightFold(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < SEQUENCES; n++) {
      List<JobEvent> events = sequence(random);
      List<FoldResult> straight = fold(null, events, 0);
      int snapshotAt = random.nextInt(events.size());
      int replayFrom = random.nextInt(snapshotAt + 2);
      JobStatus snapshot = straight.get(snapshotAt).status();
      if (replayFrom >= events.size()) {
        continue;
      }

      List<FoldResult> replayed =
          fold(snapshot, events.subList(replayFrom, events.size()), replayFrom);

      assertThat(last(replayed)).isEqualTo(last(straight));
      long ends = replayed.stream().filter(step -> step.effect() == Effect.TERMINAL).count();
      assertThat(ends)
          .isEqualTo(JobState.isTerminal(last(straight)) && !JobState.isTerminal(snapshot) ? 1 : 0);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  void foldingEverythingTwiceAddsNothing(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < SEQUENCES; n++) {
      List<JobEvent> events = sequence(random);
      JobStatus once = last(fold(null, events, 0));

      List<FoldResult> again = fold(once, events, 0);

      assertThat(again).noneMatch(FoldResult::changed);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {9, 10})
  void aWholeLifeEndsInItsFirstTerminalEvent(long seed) {
    Random random = new Random(seed);
    for (int n = 0; n < SEQUENCES; n++) {
      List<JobEvent> events = sequence(random);
      events.add(JOB.succeeded(1, "the last word"));

      JobStatus status = last(fold(null, events, 0));

      JobEvent first = events.stream().filter(JobFoldSequencesTest::ends).findFirst().orElseThrow();
      CaptionResult alone = JobFold.apply(null, first, 0).status().getResult();
      assertThat(status.getResult())
          .isEqualTo(alone.toBuilder().setAttempt(status.getResult().getAttempt()).build());
    }
  }

  private static void assertForwards(FoldResult before, FoldResult after) {
    JobStatus old = before.status();
    JobStatus young = after.status();
    assertThat(progress(young)).isGreaterThanOrEqualTo(progress(old));
    if (JobState.isTerminal(old) || !after.changed()) {
      assertThat(young).isEqualTo(old);
    }
  }

  /** (attempt, state) as one growing number. */
  private static int progress(JobStatus status) {
    return JobState.isTerminal(status)
        ? Integer.MAX_VALUE
        : status.getAttempt() * 10 + status.getState().getNumber();
  }

  private static boolean ends(JobEvent event) {
    return switch (event.getFactCase()) {
      case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> true;
      case SUBMITTED, STARTED, RETRIED, FACT_NOT_SET -> false;
    };
  }

  /** 1 to 30 events: a plausible life, then doubled and shuffled a little or wholly. */
  private static List<JobEvent> sequence(Random random) {
    List<Supplier<JobEvent>> kinds =
        List.of(
            JOB::submitted,
            () -> JOB.started(1 + random.nextInt(4)),
            () -> JOB.started(1 + random.nextInt(4)),
            () -> JOB.retried(1 + random.nextInt(3)),
            () -> JOB.anonymous().started(1 + random.nextInt(4)),
            JOB::unknown,
            () -> random.nextInt(4) > 0 ? JOB.started(1) : endOf(random));
    List<JobEvent> events = new ArrayList<>();
    int length = 1 + random.nextInt(15);
    for (int i = 0; i < length; i++) {
      events.add(kinds.get(random.nextInt(kinds.size())).get());
      if (random.nextInt(3) == 0) {
        events.add(events.get(random.nextInt(events.size())));
      }
    }
    if (random.nextBoolean()) {
      Collections.shuffle(events, random);
    }
    return events;
  }

  private static JobEvent endOf(Random random) {
    int attempt = 1 + random.nextInt(3);
    return switch (random.nextInt(4)) {
      case 0 -> JOB.succeeded(attempt);
      case 1 -> JOB.failed(attempt);
      case 2 -> JOB.cancelled();
      default -> JOB.expired();
    };
  }

  private static List<FoldResult> fold(
      @Nullable JobStatus from, List<JobEvent> events, int firstOffset) {
    List<FoldResult> steps = new ArrayList<>();
    JobStatus status = from;
    for (int i = 0; i < events.size(); i++) {
      FoldResult step = JobFold.apply(status, events.get(i), firstOffset + i);
      steps.add(step);
      status = step.status();
    }
    return steps;
  }

  private static JobStatus last(List<FoldResult> steps) {
    return steps.getLast().status();
  }
}

package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.Answer;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Timings;
import io.vignette.wire.JobId;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a million ended jobs cost: heap a job, by the difference of the heap in use after garbage
 * collections, and time of a look-up, from memory to message. Prints both.
 */
class TableSizeIT {
  private static final int JOBS = 1_000_000;
  private static final int LOOKUPS = 200_000;
  private static final int HEAP_BYTES_A_JOB_MAX = 300;
  private static final Duration LOOKUP_P99_MAX = Duration.ofMillis(5);

  private final UUID[] ids = new UUID[JOBS];
  private final StatusMap map = new StatusMap(Duration.ofHours(24).toMillis(), JOBS);

  @Test
  void millionJobsFitAndAreFoundQuickly() {
    for (int i = 0; i < JOBS; i++) {
      ids[i] = JobId.fresh(Clock.systemUTC()).value();
    }
    long before = heapInUse();
    for (int i = 0; i < JOBS; i++) {
      map.put(ids[i], ended(ids[i], i));
    }
    long bytesAJob = (heapInUse() - before) / JOBS;
    Duration p99 = lookupP99();
    System.out.printf("status table: %d B heap a job, look-up p99 %s%n", bytesAJob, p99);

    assertThat(map.size()).isEqualTo(JOBS);
    assertThat(bytesAJob).isPositive().isLessThanOrEqualTo(HEAP_BYTES_A_JOB_MAX);
    assertThat(p99).isLessThan(LOOKUP_P99_MAX);
  }

  /** A plain caption, with all that a worker tells of it. */
  private static JobStatus ended(UUID id, int number) {
    JobStatus.Builder status = Statuses.succeeded(id, 1_800_000_000L + number).toBuilder();
    status.getIdentityBuilder().setClientReference("folder/picture-%07d.jpg".formatted(number));
    CaptionResult.Builder result = status.getResultBuilder();
    result
        .setClientReference(status.getIdentity().getClientReference())
        .setTimings(
            Timings.newBuilder()
                .setQueueUs(2_600)
                .setFetchUs(40)
                .setDecodeUs(710)
                .setResizeUs(310)
                .setBatchWaitUs(1_500)
                .setInferUs(12_345)
                .setTotalUs(23_456));
    Answer.Builder answer = result.getAnswersBuilder(0);
    answer.setText("a red circle left of a blue square, number " + number);
    return status.build();
  }

  private Duration lookupP99() {
    Random random = new Random(1);
    long[] nanos = new long[LOOKUPS];
    for (int i = 0; i < LOOKUPS; i++) {
      UUID id = ids[random.nextInt(JOBS)];
      long start = System.nanoTime();
      JobStatus found = map.get(id).orElseThrow();
      nanos[i] = System.nanoTime() - start;
      assertThat(found.hasResult()).isTrue();
    }
    Arrays.sort(nanos);
    return Duration.ofNanos(nanos[LOOKUPS * 99 / 100]);
  }

  private static long heapInUse() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

package io.vignette.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers make of values that are well formed and cannot be. */
class JobEventReaderTest {
  private static final long RECORD_SECONDS = 1_800_000_000L;
  private static final long HOUR = 3_600;

  @ParameterizedTest
  @ValueSource(
      longs = {-1, Long.MIN_VALUE, (1L << 30) + 1, 4_000_000_000_000_000_000L, Long.MAX_VALUE})
  void aSizeThatNoImageHasIsLeftOut(long bytes) throws Exception {
    ReadEvent read = read(submitted(bytes));

    assertThat(read.event().getSubmitted().getImageBytes()).isZero();
    assertThat(read.event().getSubmitted().getOffset()).isEqualTo(7);
    assertThat(read.repaired()).containsExactly("submitted");
    assertThat(status(submitted(bytes).getSubmitted(), RECORD_SECONDS).getQueuedAt())
        .isEqualTo(read.event().getSubmitted());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1L << 30})
  void aSizeOfAnImageStays(long bytes) throws Exception {
    ReadEvent read = read(submitted(bytes));

    assertThat(read.event().getSubmitted().getImageBytes()).isEqualTo(bytes);
    assertThat(read.repaired()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, RECORD_SECONDS + HOUR + 1, 7_258_118_399L, 253_402_300_799L})
  void aTimeThatHasNotBeenIsTheRecords(long seconds) throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().setAt(at(seconds)).build());

    assertThat(read.event().getAt()).isEqualTo(at(RECORD_SECONDS));
    assertThat(read.repaired()).containsExactly("at");
    assertThat(status(Submitted.getDefaultInstance(), seconds).getSince())
        .isEqualTo(at(RECORD_SECONDS));
  }

  /** Clocks differ, and an event may be read long after it was stated. */
  @ParameterizedTest
  @ValueSource(longs = {0, RECORD_SECONDS - 1_000_000, RECORD_SECONDS, RECORD_SECONDS + HOUR})
  void aTimeThatCanHaveBeenStays(long seconds) throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().setAt(at(seconds)).build());

    assertThat(read.event().getAt()).isEqualTo(at(seconds));
    assertThat(read.repaired()).isEmpty();
    assertThat(status(Submitted.getDefaultInstance(), seconds).getSince()).isEqualTo(at(seconds));
  }

  @Test
  void anEventWithoutATimeIsOfTheRecordsAndThatIsNoRepair() throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().clearAt().build());

    assertThat(read.event().getAt()).isEqualTo(at(RECORD_SECONDS));
    assertThat(read.repaired()).isEmpty();
  }

  private static JobEvent submitted(long imageBytes) {
    return JobEvent.newBuilder()
        .setJobId("job-1")
        .setAt(at(RECORD_SECONDS))
        .setSubmitted(
            Submitted.newBuilder()
                .setTopic("vignette.jobs.bulk")
                .setOffset(7)
                .setImageBytes(imageBytes))
        .build();
  }

  private static ReadEvent read(JobEvent event) throws UnreadableRecordException {
    return JobEventReader.read("job-1", event.toByteArray(), RECORD_SECONDS * 1000);
  }

  private static JobStatus status(Submitted submitted, long since) throws Exception {
    JobStatus status =
        JobStatus.newBuilder()
            .setJobId("job-1")
            .setState(State.QUEUED)
            .setSince(at(since))
            .setQueuedAt(submitted)
            .build();
    return JobStatusReader.read("job-1", status.toByteArray(), RECORD_SECONDS * 1000);
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}

package io.vignette.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers make of values that are well formed and cannot be. */
class JobEventReaderTest {
  private static final String ID = "0190f1c2-7b3a-7c4d-8e5f-a0b1c2d3e4f5";
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
  @ValueSource(
      longs = {-1, 0, 1_577_836_799L, RECORD_SECONDS + HOUR + 1, 7_258_118_399L, 253_402_300_799L})
  void aTimeThatHasNotBeenIsTheRecords(long seconds) throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().setAt(at(seconds)).build());

    assertThat(read.event().getAt()).isEqualTo(at(RECORD_SECONDS));
    assertThat(read.repaired()).containsExactly("at");
    assertThat(status(Submitted.getDefaultInstance(), seconds).getSince())
        .isEqualTo(at(RECORD_SECONDS));
  }

  /** Clocks differ, and an event may be read long after it was stated. */
  @ParameterizedTest
  @ValueSource(
      longs = {1_577_836_800L, RECORD_SECONDS - 1_000_000, RECORD_SECONDS, RECORD_SECONDS + HOUR})
  void aTimeThatCanHaveBeenStays(long seconds) throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().setAt(at(seconds)).build());

    assertThat(read.event().getAt()).isEqualTo(at(seconds));
    assertThat(read.repaired()).isEmpty();
    assertThat(status(Submitted.getDefaultInstance(), seconds).getSince()).isEqualTo(at(seconds));
  }

  /** Its producer had no clock: what the event says counts, or when it is read. */
  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1_577_836_799_999L})
  void aRecordOfNoTimeTakesNoneFromItsEvent(long recordMillis) throws Exception {
    Instant before = Instant.now();
    JobEvent event = submitted(0).toBuilder().setAt(at(before.getEpochSecond())).build();

    assertThat(JobEventReader.read(ID, event.toByteArray(), recordMillis).event().getAt())
        .isEqualTo(event.getAt());
    JobEvent timeless = event.toBuilder().clearAt().build();
    assertThat(
            JobEventReader.read(ID, timeless.toByteArray(), recordMillis)
                .event()
                .getAt()
                .getSeconds())
        .isBetween(before.getEpochSecond(), Instant.now().getEpochSecond());
  }

  @Test
  void anEventWithoutATimeIsOfTheRecordsAndThatIsNoRepair() throws Exception {
    ReadEvent read = read(submitted(0).toBuilder().clearAt().build());

    assertThat(read.event().getAt()).isEqualTo(at(RECORD_SECONDS));
    assertThat(read.repaired()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "job-1",
        "../../etc",
        "0190F1C2-7B3A-7C4D-8E5F-A0B1C2D3E4F5",
        "0190f1c2-7b3a-7c4d-8e5f-a0b1c2d3e4f",
        "0190f1c27-b3a-7c4d-8e5f-a0b1c2d3e4f5"
      })
  void anIdThatNoJobHasIsRefused(String id) {
    byte[] event = submitted(0).toBuilder().setJobId(id).build().toByteArray();

    assertThatThrownBy(() -> JobEventReader.read(id, event, RECORD_SECONDS * 1000))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining(
            "event key: '%s' (expected: a job id, a UUID in lower case, and the event's own"
                .formatted(id));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = "0190f1c2-7b3a-7c4d-8e5f-a0b1c2d3e4f6")
  void aKeyThatIsNotTheEventsIdIsRefused(String key) {
    byte[] event = submitted(0).toByteArray();

    assertThatThrownBy(() -> JobEventReader.read(key, event, RECORD_SECONDS * 1000))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining(ID);
  }

  private static JobEvent submitted(long imageBytes) {
    return JobEvent.newBuilder()
        .setJobId(ID)
        .setAt(at(RECORD_SECONDS))
        .setSubmitted(
            Submitted.newBuilder()
                .setTopic("vignette.jobs.bulk")
                .setOffset(7)
                .setImageBytes(imageBytes))
        .build();
  }

  private static ReadEvent read(JobEvent event) throws UnreadableRecordException {
    return JobEventReader.read(ID, event.toByteArray(), RECORD_SECONDS * 1000);
  }

  private static JobStatus status(Submitted submitted, long since) throws Exception {
    JobStatus status =
        JobStatus.newBuilder()
            .setJobId(ID)
            .setState(State.QUEUED)
            .setSince(at(since))
            .setQueuedAt(submitted)
            .build();
    return JobStatusReader.read(ID, status.toByteArray(), RECORD_SECONDS * 1000);
  }

  private static Timestamp at(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}

package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.vignette.proto.v1.JobIdentity;
import io.vignette.proto.v1.JobStatus;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PackedStatusTest {
  private static final UUID ID = UUID.randomUUID();

  private final StatusPacker packer = new StatusPacker();

  @Test
  void openJobComesBackAsItWas() {
    JobStatus status = Statuses.queued(ID, 100);

    assertThat(repacked(status)).isEqualTo(status);
  }

  @Test
  void endedJobComesBackAsItWas() {
    JobStatus status = Statuses.succeeded(ID, 50);

    assertThat(repacked(status)).isEqualTo(status);
  }

  @Test
  void jobOfWhichLittleIsKnownComesBackAsItWas() {
    JobStatus status = JobStatus.newBuilder().setJobId(ID.toString()).build();

    assertThat(repacked(status)).isEqualTo(status);
    assertThat(repacked(status.toBuilder().setIdentity(JobIdentity.getDefaultInstance()).build()))
        .isEqualTo(status.toBuilder().setIdentity(JobIdentity.getDefaultInstance()).build());
  }

  @Test
  void whatHasNoShortFormComesBackAsItWas() {
    JobStatus.Builder status = Statuses.queued(ID, 100).toBuilder();
    status.setSince(Timestamp.newBuilder().setSeconds(1L << 40).setNanos(-1));
    status
        .getIdentityBuilder()
        .setDeadline(Timestamp.newBuilder().setSeconds(-(1L << 40)))
        .setRequestFingerprint("0123456789ABCDEF".repeat(4));

    assertThat(repacked(status.build())).isEqualTo(status.build());
  }

  @Test
  void nothingOfAnInstantIsLost() {
    JobStatus.Builder status = Statuses.queued(ID, 100).toBuilder();
    status.setSince(Timestamp.newBuilder().setSeconds(-1).setNanos(999_999_999));
    status.getIdentityBuilder().setDeadline(Timestamp.newBuilder().setSeconds(1).setNanos(1));

    assertThat(repacked(status.build())).isEqualTo(status.build());
  }

  @Test
  void whatASweepNeedsIsInFront() {
    byte[] open = packer.pack(ID, Statuses.queued(ID, 100));
    byte[] ended = packer.pack(ID, Statuses.succeeded(ID, 50));

    assertThat(PackedStatus.isTerminal(open)).isFalse();
    assertThat(PackedStatus.deadlineMillis(open)).isEqualTo(100_000);
    assertThat(PackedStatus.isTerminal(ended)).isTrue();
    assertThat(PackedStatus.sinceMillis(ended)).isEqualTo(50_000);
    assertThat(PackedStatus.id(ended)).isEqualTo(ID);
  }

  @Test
  void jobWithoutDeadlineIsNeverOverdue() {
    JobStatus.Builder status = Statuses.queued(ID, 100).toBuilder();
    status.getIdentityBuilder().clearDeadline();

    assertThat(PackedStatus.deadlineMillis(packer.pack(ID, status.build())))
        .isEqualTo(Long.MAX_VALUE);
  }

  private JobStatus repacked(JobStatus status) {
    return packer.unpack(packer.pack(ID, status));
  }
}

package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobStatus;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PackedStatusTest {
  private static final UUID ID = UUID.randomUUID();

  @Test
  void openJobComesBackAsItWas() {
    JobStatus status = Statuses.queued(ID, 100);

    assertThat(PackedStatus.unpack(ID, PackedStatus.pack(status))).isEqualTo(status);
  }

  @Test
  void endedJobComesBackAsItWas() {
    JobStatus status = Statuses.succeeded(ID, 50);

    assertThat(PackedStatus.unpack(ID, PackedStatus.pack(status))).isEqualTo(status);
  }

  @Test
  void whatASweepNeedsIsInFront() {
    byte[] open = PackedStatus.pack(Statuses.queued(ID, 100));
    byte[] ended = PackedStatus.pack(Statuses.succeeded(ID, 50));

    assertThat(PackedStatus.isTerminal(open)).isFalse();
    assertThat(PackedStatus.deadlineMillis(open)).isEqualTo(100_000);
    assertThat(PackedStatus.isTerminal(ended)).isTrue();
    assertThat(PackedStatus.sinceMillis(ended)).isEqualTo(50_000);
  }

  @Test
  void jobWithoutDeadlineIsNeverOverdue() {
    JobStatus.Builder status = Statuses.queued(ID, 100).toBuilder();
    status.getIdentityBuilder().clearDeadline();

    assertThat(PackedStatus.deadlineMillis(PackedStatus.pack(status.build())))
        .isEqualTo(Long.MAX_VALUE);
  }
}

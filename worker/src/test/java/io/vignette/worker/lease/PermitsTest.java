package io.vignette.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private final Permits permits = new Permits(10, 4);

  @Test
  void bulkLeavesTheReserveToInteractive() throws InterruptedException {
    assertThat(permits.acquire(LaneKind.BULK, 6, Duration.ZERO)).isTrue();
    assertThat(permits.acquire(LaneKind.BULK, 1, Duration.ZERO)).isFalse();
    assertThat(permits.acquire(LaneKind.INTERACTIVE, 4, Duration.ZERO)).isTrue();
  }

  @Test
  void takesAllOrNothing() throws InterruptedException {
    assertThat(permits.acquire(LaneKind.INTERACTIVE, 11, Duration.ZERO)).isFalse();
    assertThat(permits.acquire(LaneKind.INTERACTIVE, 10, Duration.ZERO)).isTrue();
  }

  @Test
  void givesNothingWhilePaused() throws InterruptedException {
    permits.pause(true);
    assertThat(permits.acquire(LaneKind.SOLO, 1, Duration.ofMillis(5))).isFalse();

    permits.pause(false);
    assertThat(permits.acquire(LaneKind.SOLO, 1, Duration.ZERO)).isTrue();
  }

  @Test
  void releasedPermitsCanBeTakenAgain() throws InterruptedException {
    permits.acquire(LaneKind.INTERACTIVE, 10, Duration.ZERO);
    permits.release(3);

    assertThat(permits.acquire(LaneKind.INTERACTIVE, 3, Duration.ZERO)).isTrue();
  }
}

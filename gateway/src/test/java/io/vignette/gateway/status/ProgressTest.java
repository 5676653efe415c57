package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final Progress progress = new Progress(2);

  @Test
  void whatIsBehindIsReachedAtOnce() {
    progress.advance(1, 5);

    assertThat(progress.reached(1, 5)).isCompleted();
    assertThat(progress.reached(0, 0)).isCompleted();
  }

  @Test
  void whatIsAheadIsReachedWhenTheFoldGetsThere() {
    CompletableFuture<Void> reached = progress.reached(1, 5);

    progress.advance(1, 4);
    progress.wake();
    assertThat(reached).isNotDone();

    progress.advance(0, 9);
    progress.wake();
    assertThat(reached).isNotDone();

    progress.advance(1, 5);
    progress.wake();
    assertThat(reached).isCompleted();
  }

  @Test
  void whoStoppedWaitingIsForgotten() {
    CompletableFuture<Void> reached = progress.reached(1, 5);
    reached.complete(null);

    progress.wake();

    assertThat(progress.waiting()).isZero();
  }
}

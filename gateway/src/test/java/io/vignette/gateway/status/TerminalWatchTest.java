package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.proto.v1.JobStatus;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TerminalWatchTest {
  private static final UUID ID = UUID.randomUUID();

  private final TerminalWatch watch = new TerminalWatch();

  @Test
  void allWatchersOfAJobHearOfItsEnd() {
    CompletableFuture<JobStatus> first = watch.watch(ID);
    CompletableFuture<JobStatus> second = watch.watch(ID);
    CompletableFuture<JobStatus> other = watch.watch(UUID.randomUUID());
    JobStatus ended = Statuses.succeeded(ID, 5);

    watch.ended(ID, ended);

    assertThat(first).isCompletedWithValue(ended);
    assertThat(second).isCompletedWithValue(ended);
    assertThat(other).isNotDone();
    assertThat(watch.size()).isEqualTo(1);
  }

  @Test
  void whoGivesUpIsForgotten() {
    CompletableFuture<JobStatus> watcher = watch.watch(ID);

    watcher.cancel(false);

    assertThat(watch.size()).isZero();
  }
}

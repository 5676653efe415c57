package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {
  private final List<CompletableFuture<String>> runs = new ArrayList<>();
  private final OneAtATime<String> action = new OneAtATime<>(this::begin);

  private CompletableFuture<String> begin() {
    CompletableFuture<String> run = new CompletableFuture<>();
    runs.add(run);
    return run;
  }

  @Test
  void whoAsksWhileItRunsSharesTheNextRun() {
    CompletableFuture<String> first = action.run();
    CompletableFuture<String> second = action.run();
    CompletableFuture<String> third = action.run();
    assertThat(runs).hasSize(1);

    runs.get(0).complete("old");
    assertThat(first).isCompletedWithValue("old");
    assertThat(runs).hasSize(2);
    assertThat(second).isNotDone();

    runs.get(1).complete("new");
    assertThat(second).isCompletedWithValue("new");
    assertThat(third).isCompletedWithValue("new");
    assertThat(runs).hasSize(2);
  }

  @Test
  void runsAgainAfterAFailure() {
    CompletableFuture<String> first = action.run();
    CompletableFuture<String> second = action.run();

    runs.get(0).completeExceptionally(new IllegalStateException("no"));

    assertThat(first).isCompletedExceptionally();
    runs.get(1).complete("yes");
    assertThat(second).isCompletedWithValue("yes");
  }

  @Test
  void anActionThatThrowsHasFailed() {
    OneAtATime<String> broken =
        new OneAtATime<>(
            () -> {
              throw new IllegalStateException("no");
            });

    assertThat(broken.run()).isCompletedExceptionally();
    assertThat(broken.run()).isCompletedExceptionally();
  }
}

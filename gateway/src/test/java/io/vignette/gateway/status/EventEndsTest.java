package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class EventEndsTest {
  private final List<CompletableFuture<Long>> questions = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();
  private final EventEnds ends =
      new EventEnds(
          3,
          partition -> {
            CompletableFuture<Long> question = new CompletableFuture<>();
            asked.add(partition);
            questions.add(question);
            return question;
          });

  @Test
  void whoAsksWhileAQuestionIsUnderWaySharesTheNextOne() {
    CompletableFuture<Long> first = of(1);
    CompletableFuture<Long> second = of(1);
    CompletableFuture<Long> third = of(1);
    assertThat(asked).containsExactly(1);

    questions.getFirst().complete(5L);

    assertThat(first).isCompletedWithValue(5L);
    assertThat(second).as("an answer from before it asked is none").isNotDone();
    assertThat(asked).containsExactly(1, 1);

    questions.getLast().complete(7L);

    assertThat(second).isCompletedWithValue(7L);
    assertThat(third).isCompletedWithValue(7L);
    assertThat(asked).as("nobody wants to know more").containsExactly(1, 1);
  }

  @Test
  void partitionsDoNotWaitForEachOther() {
    CompletableFuture<Long> slow = of(0);
    CompletableFuture<Long> quick = of(2);

    questions.getLast().complete(3L);

    assertThat(quick).isCompletedWithValue(3L);
    assertThat(slow).isNotDone();
  }

  @Test
  void failedQuestionFailsThoseWhoSharedItAndNobodyElse() {
    CompletableFuture<Long> first = of(0);
    CompletableFuture<Long> second = of(0);

    questions.getFirst().completeExceptionally(new IllegalStateException("away"));
    questions.getLast().complete(9L);

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue(9L);
  }

  @Test
  void questionThatCannotBeAskedIsAFailedOne() {
    EventEnds closed =
        new EventEnds(
            1,
            partition -> {
              throw new IllegalStateException("closed");
            });

    assertThat(closed.of(0).toCompletableFuture()).isCompletedExceptionally();
    assertThat(closed.of(0).toCompletableFuture()).isCompletedExceptionally();
  }

  private CompletableFuture<Long> of(int partition) {
    CompletionStage<Long> end = ends.of(partition);
    return end.toCompletableFuture();
  }
}

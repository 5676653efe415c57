package io.vignette.worker.batch;

import static io.vignette.worker.batch.BatcherRig.range;
import static io.vignette.worker.batch.Requests.LATER;
import static io.vignette.worker.batch.Requests.NOW;
import static io.vignette.worker.batch.Requests.alone;
import static io.vignette.worker.batch.Requests.bulk;
import static io.vignette.worker.batch.Requests.interactive;
import static io.vignette.worker.batch.Requests.withPromptTokens;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who goes when, with whom. */
class BatcherTest {
  private final BatcherRig rig = new BatcherRig();

  @Test
  void aLoneRequestGoesAtOnce() {
    CompletableFuture<BatchedAnswer> answer = rig.batcher.submit(bulk(1));

    assertThat(rig.engine.call(0).ids()).containsExactly(1);
    assertThat(answer).isNotDone();
  }

  @Test
  void anAnswerTellsHowItCameAbout() {
    rig.submit(bulk(1), bulk(2));
    CompletableFuture<BatchedAnswer> answer = rig.batcher.submit(bulk(3));
    rig.now.set(NOW.plusMillis(30));
    rig.engine.call(0).succeed();
    rig.now.set(NOW.plusMillis(70));
    rig.engine.call(2).succeed();

    BatchedAnswer done = answer.join();

    assertThat(done.texts())
        .singleElement()
        .satisfies(t -> assertThat(t.tokens().tokenIds()).containsExactly(3));
    assertThat(done.batchSize()).isEqualTo(1);
    assertThat(done.waited()).isEqualTo(Duration.ofMillis(30));
    assertThat(done.inferred()).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void batchesFillWhileTheWindowIsFullAndGoAsSoonAsItIsNot() {
    rig.submit(bulk(1), bulk(2), bulk(3), bulk(4), bulk(5));
    assertThat(rig.engine.calls()).hasSize(2);
    assertThat(rig.batcher.inFlight()).isEqualTo(2);

    rig.engine.call(1).succeed();

    assertThat(rig.engine.calls()).hasSize(3);
    assertThat(rig.engine.call(2).ids()).containsExactly(3, 4, 5);
  }

  @Test
  void batchesAreNeverLargerThanPreferred() {
    rig.submit(range(0, 40));

    rig.engine.run(Set.of());

    assertThat(rig.engine.calls())
        .extracting(call -> call.ids().size())
        .containsExactly(1, 1, 16, 16, 6);
    assertThat(rig.batcher.held()).isZero();
  }

  @Test
  void promptsOfDifferentLengthShareNoBatch() {
    rig.fillWindow();
    rig.submit(withPromptTokens(1, 8), withPromptTokens(2, 9), withPromptTokens(3, 1));

    rig.engine.run(Set.of());

    assertThat(rig.idsFrom(2)).containsExactly(List.of(1, 3), List.of(2));
  }

  @Test
  void modelsShareNoBatch() {
    rig.fillWindow();
    rig.submit(
        Requests.request(Requests.model("a", 16), 1, 3, LATER, false, false),
        Requests.request(Requests.model("b", 16), 2, 3, LATER, false, false),
        Requests.request(Requests.model("a", 16), 3, 3, LATER, false, false));

    rig.engine.run(Set.of());

    assertThat(rig.idsFrom(2)).containsExactly(List.of(1, 3), List.of(2));
  }

  @Test
  void theBucketThatHasWaitedLongestGoesFirst() {
    rig.fillWindow();
    rig.submit(withPromptTokens(1, 20));
    for (int round = 0; round < 5; round++) {
      rig.now.set(NOW.plusMillis(round + 1));
      rig.submit(range(10 * round, 10 * round + 20));
    }

    rig.engine.call(0).succeed();

    assertThat(rig.engine.calls().getLast().ids()).containsExactly(1);
  }

  @Test
  void interactiveRequestsGoAheadOfBulk() {
    rig.fillWindow();
    rig.submit(range(0, 20));
    rig.now.set(NOW.plusMillis(5));
    rig.submit(interactive(100), interactive(101));

    rig.engine.call(0).succeed();

    assertThat(rig.engine.calls().getLast().ids()).hasSize(16).startsWith(100, 101, 0, 1);
  }

  @Test
  void bulkIsNotPutOffForLongerThanTheHeadStart() {
    rig.fillWindow();
    rig.submit(bulk(1));
    rig.now.set(NOW.plusSeconds(11));
    rig.submit(interactive(2));

    rig.engine.call(0).succeed();

    assertThat(rig.engine.calls().getLast().ids()).containsExactly(1, 2);
  }

  @Test
  void requestsThatGoAloneShareNoBatch() {
    rig.fillWindow();
    rig.submit(bulk(1), alone(2), bulk(3), alone(4));

    rig.engine.run(Set.of());

    assertThat(rig.idsFrom(2)).containsExactlyInAnyOrder(List.of(1, 3), List.of(2), List.of(4));
  }
}

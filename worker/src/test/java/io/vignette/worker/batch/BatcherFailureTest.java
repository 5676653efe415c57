package io.vignette.worker.batch;

import static io.vignette.worker.batch.BatcherRig.assertFails;
import static io.vignette.worker.batch.BatcherRig.range;
import static io.vignette.worker.batch.Requests.bulk;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who pays for a failed batch. */
class BatcherFailureTest {
  private final BatcherRig rig = new BatcherRig();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 15})
  void onlyTheCulpritOfAFailedBatchFails(int culprit) {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 16));

    rig.engine.run(Set.of(culprit));

    for (int i = 0; i < 16; i++) {
      if (i == culprit) {
        assertFails(answers.get(i), Kind.BACKEND);
      } else {
        assertThat(answers.get(i).join().texts().getFirst().tokens().tokenIds()).containsExactly(i);
      }
    }
    assertThat(rig.engine.calls().size() - 2).isLessThanOrEqualTo(1 + 2 * 4);
  }

  @Test
  void severalCulpritsAreAllFound() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 16));

    rig.engine.run(Set.of(3, 4, 12));

    assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(3);
    assertThat(rig.batcher.held()).isZero();
    assertThat(rig.batcher.inFlight()).isZero();
  }

  @Test
  void aSuspectPartTakesNobodyNewAboard() {
    rig.fillWindow();
    rig.submit(range(0, 4));
    rig.engine.call(0).succeed();
    rig.submit(bulk(50));

    rig.engine.call(2).fail(InferenceFailure.backend("broken"));
    rig.engine.call(1).succeed();

    assertThat(rig.idsFrom(3)).startsWith(List.of(0, 1), List.of(2, 3));
  }

  @Test
  void aTransientFailureIsEverybodys() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 16));
    rig.engine.call(0).succeed();

    rig.engine.call(2).fail(InferenceFailure.unavailable("gone"));

    assertThat(answers).allSatisfy(answer -> assertFails(answer, Kind.UNAVAILABLE));
    assertThat(rig.engine.calls()).hasSize(3);
  }

  @Test
  void aDegenerateAnswerCostsOnlyItsOwnRequest() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 3));
    rig.engine.call(0).succeed();

    rig.engine.call(2).fail(1, InferenceFailure.degenerate("score: NaN"));
    rig.engine.call(2).succeed(0);
    rig.engine.call(2).succeed(2);

    assertThat(answers.get(0)).isCompleted();
    assertFails(answers.get(1), Kind.DEGENERATE);
    assertThat(answers.get(2)).isCompleted();
    assertThat(rig.engine.calls()).hasSize(3);
  }
}

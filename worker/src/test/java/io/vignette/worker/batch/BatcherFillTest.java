package io.vignette.worker.batch;

import static io.vignette.worker.batch.BatcherRig.range;
import static io.vignette.worker.batch.Requests.bulk;
import static io.vignette.worker.batch.Requests.interactive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.vignette.worker.engine.InferenceFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which batches fill while the engine computes another. */
class BatcherFillTest {
  private static final int LEARNED = 8;
  private static final long FULL_BATCH_NANOS = Duration.ofMillis(100).toNanos();

  private final BatcherRig rig = new BatcherRig();

  /** Afterwards the engine is known to take 100 ms for a full batch, and has just begun one. */
  @BeforeEach
  void learn() {
    rig.onTheirWay.set(1);
    for (int i = 0; i < LEARNED; i++) {
      rig.submit(range(0, Requests.MODEL.preferredBatchSize()));
      rig.nanos.addAndGet(FULL_BATCH_NANOS);
      rig.engine.call(i).succeed();
    }
    rig.submit(range(0, Requests.MODEL.preferredBatchSize()));
    rig.onTheirWay.set(0);
    assertThat(rig.engine.open()).hasSize(1);
  }

  @Test
  void aBatchFillsWhileTheEngineIsBusy() {
    rig.submit(bulk(1));
    rig.submit(bulk(2));

    assertThat(sent()).isEmpty();
    rig.nanos.addAndGet(FULL_BATCH_NANOS / 2);
    rig.submit(bulk(3));
    assertThat(sent()).isEmpty();
    rig.nanos.addAndGet(FULL_BATCH_NANOS * 3 / 10);
    rig.submit(bulk(4));
    assertThat(sent()).containsExactly(List.of(1, 2, 3, 4));
  }

  @Test
  void itGoesWithoutAnotherRequestWhenTheEngineIsAboutToBeIdle() {
    rig.submit(bulk(1));
    assertThat(sent()).isEmpty();

    rig.nanos.addAndGet(FULL_BATCH_NANOS);

    await().untilAsserted(() -> assertThat(sent()).containsExactly(List.of(1)));
  }

  @Test
  void itGoesAtOnceWhenTheEngineIsIdleEarlierThanExpected() {
    rig.submit(bulk(1));

    rig.engine.call(LEARNED).succeed();

    assertThat(sent()).containsExactly(List.of(1));
  }

  @Test
  void aBatchThatIsRefusedBehindAnotherIsNoTime() {
    rig.submit(interactive(1));
    rig.nanos.addAndGet(FULL_BATCH_NANOS - 1);
    rig.engine.call(LEARNED + 1).fail(InferenceFailure.unavailable("refused"));
    rig.nanos.addAndGet(1);

    rig.engine.call(LEARNED).succeed();

    assertThat(rig.batcher.imagesPerSecondMax()).isCloseTo(160, within(1e-9));
  }

  @Test
  void interactiveRequestsAndFullBatchesDoNotWaitForABusyEngine() {
    rig.submit(interactive(1));
    assertThat(sent()).containsExactly(List.of(1));
    rig.engine.call(LEARNED + 1).succeed();

    rig.submit(range(0, Requests.MODEL.preferredBatchSize()));

    assertThat(sent()).hasSize(2);
  }

  private List<List<Integer>> sent() {
    return rig.idsFrom(LEARNED + 1);
  }
}

package io.vignette.worker.batch;

import static io.vignette.worker.batch.BatcherRig.range;
import static io.vignette.worker.batch.Requests.MODEL;
import static io.vignette.worker.batch.Requests.NOW;
import static io.vignette.worker.batch.Requests.alone;
import static io.vignette.worker.batch.Requests.bulk;
import static io.vignette.worker.batch.Requests.interactive;
import static io.vignette.worker.batch.Requests.withPromptTokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which batches wait for company, and for how long. */
class BatcherLingerTest {
  private static final Duration LINGER = Duration.ofMillis(20);

  private final BatcherRig rig = new BatcherRig();
  private final BatcherRig hasty = new BatcherRig(LINGER);

  @Test
  void aBulkRequestLingersForTheOnesOnTheirWay() {
    rig.onTheirWay.set(2);
    rig.submit(bulk(1), bulk(2));
    assertThat(rig.engine.calls()).isEmpty();

    rig.onTheirWay.set(0);
    rig.submit(bulk(3));

    assertThat(rig.idsFrom(0)).containsExactly(List.of(1, 2, 3));
  }

  @Test
  void aFullBatchDoesNotLinger() {
    rig.onTheirWay.set(100);

    rig.submit(range(0, MODEL.preferredBatchSize()));

    assertThat(rig.engine.calls()).hasSize(1);
  }

  @Test
  void lingeringEndsInTime() {
    hasty.onTheirWay.set(1);
    hasty.submit(bulk(1));
    assertThat(hasty.engine.calls()).isEmpty();

    hasty.now.set(NOW.plus(LINGER));

    await().untilAsserted(() -> assertThat(hasty.idsFrom(0)).containsExactly(List.of(1)));
  }

  @Test
  void interactiveAndLonelyRequestsDoNotLinger() {
    rig.onTheirWay.set(9);

    rig.submit(interactive(1), alone(2));

    assertThat(rig.idsFrom(0)).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void aFullBatchOvertakesOneThatLingers() {
    rig.onTheirWay.set(100);
    rig.submit(withPromptTokens(100, 20));

    rig.submit(range(0, MODEL.preferredBatchSize()));

    assertThat(rig.idsFrom(0)).singleElement().satisfies(ids -> assertThat(ids).startsWith(0, 1));
    assertThat(rig.batcher.held()).isEqualTo(MODEL.preferredBatchSize() + 1);
  }

  @Test
  void interactiveAndLonelyRequestsOvertakeABatchThatLingers() {
    rig.onTheirWay.set(100);
    rig.submit(withPromptTokens(100, 20));

    rig.submit(alone(1));
    rig.engine.call(0).succeed();
    rig.submit(interactive(2));

    assertThat(rig.idsFrom(0)).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void aBatchThatWasOvertakenLingersNoLongerThanOthers() {
    hasty.onTheirWay.set(100);
    hasty.submit(withPromptTokens(100, 20));
    hasty.submit(range(0, MODEL.preferredBatchSize()));

    hasty.now.set(NOW.plus(LINGER));

    await().untilAsserted(() -> assertThat(hasty.idsFrom(1)).containsExactly(List.of(100)));
  }

  @Test
  void theMostUrgentOfThoseThatHaveLingeredGoesFirst() {
    hasty.fillWindow();
    hasty.onTheirWay.set(100);
    hasty.submit(withPromptTokens(1, 20));
    hasty.now.set(NOW.plusMillis(1));
    hasty.submit(range(10, 10 + MODEL.preferredBatchSize()));
    hasty.now.set(NOW.plus(LINGER));

    hasty.engine.call(0).succeed();

    assertThat(hasty.idsFrom(2)).containsExactly(List.of(1));
  }

  @Test
  void aClockThatStepsBackProlongsNoLinger() {
    hasty.onTheirWay.set(1);
    hasty.submit(bulk(1));
    assertThat(hasty.engine.calls()).isEmpty();

    hasty.now.set(NOW.minusSeconds(3600));

    await().untilAsserted(() -> assertThat(hasty.idsFrom(0)).containsExactly(List.of(1)));
  }
}

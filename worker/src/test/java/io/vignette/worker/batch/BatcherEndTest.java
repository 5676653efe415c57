package io.vignette.worker.batch;

import static io.vignette.worker.batch.BatcherRig.assertFails;
import static io.vignette.worker.batch.BatcherRig.range;
import static io.vignette.worker.batch.Requests.LATER;
import static io.vignette.worker.batch.Requests.MODEL;
import static io.vignette.worker.batch.Requests.NOW;
import static io.vignette.worker.batch.Requests.bulk;
import static io.vignette.worker.batch.Requests.withDeadline;
import static io.vignette.worker.batch.Requests.withPromptTokens;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests that are refused, given up or too late, and the end of the batcher. */
class BatcherEndTest {
  private final BatcherRig rig = new BatcherRig();

  @Test
  void aWithdrawnRequestIsNotDispatched() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 3));

    answers.get(1).cancel(false);
    rig.engine.run(Set.of());

    assertThat(rig.idsFrom(2)).containsExactly(List.of(0, 2));
    assertThat(rig.batcher.held()).isZero();
  }

  @Test
  void aBatchIsCancelledWhenNobodyAboardWantsIt() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 2));
    rig.engine.call(0).succeed();

    answers.get(0).cancel(false);
    assertThat(rig.engine.call(2).isCancelled()).isFalse();
    answers.get(1).cancel(false);

    assertThat(rig.engine.call(2).isCancelled()).isTrue();
    assertThat(rig.batcher.inFlight()).isEqualTo(2);
    rig.engine.call(2).fail(InferenceFailure.cancelled("cancelled"));
    assertThat(rig.batcher.inFlight()).isEqualTo(1);
  }

  @Test
  void aBatchIsCancelledWhenWhoStillWantedItHasArrived() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 2));
    rig.engine.call(0).succeed();
    answers.get(0).cancel(false);

    rig.engine.call(2).succeed(1);

    assertThat(rig.engine.call(2).isCancelled()).isTrue();
  }

  @Test
  void anExpiredRequestIsNotDispatched() {
    rig.fillWindow();
    CompletableFuture<BatchedAnswer> late = rig.batcher.submit(withDeadline(1, NOW.plusSeconds(1)));
    CompletableFuture<BatchedAnswer> inTime = rig.batcher.submit(bulk(2));
    rig.now.set(NOW.plusSeconds(1));

    rig.engine.run(Set.of());

    assertFails(late, Kind.EXPIRED);
    assertThat(inTime).isCompleted();
    assertThat(rig.idsFrom(2)).containsExactly(List.of(2));
  }

  @Test
  void aBatchMayTakeUntilTheLastDeadlineAboard() {
    rig.fillWindow();
    rig.submit(withDeadline(1, NOW.plusSeconds(5)), withDeadline(2, NOW.plusSeconds(9)));

    rig.engine.call(0).succeed();

    assertThat(rig.engine.call(2).deadline()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  void moreThanItMayHoldIsRefused() {
    Batcher small = rig.batcher(1, 2);
    small.submit(bulk(1));
    CompletableFuture<BatchedAnswer> second = small.submit(bulk(2));

    assertFails(small.submit(bulk(3)), Kind.OVERLOADED);
    second.cancel(false);

    assertThat(small.submit(bulk(4))).isNotDone();
  }

  @Test
  void requestsThatWouldBreakABatchAreRefusedAtTheDoor() {
    InferenceItem noPixels = new InferenceItem(new byte[2], bulk(1).item().prompts());
    InferenceItem noPrompt = new InferenceItem(new byte[3], List.of());
    InferenceItem tooLong =
        new InferenceItem(new byte[3], List.of(new EncodedPrompt.Tokens(new long[3], 9)));

    assertFails(submitItem(noPixels), Kind.INVALID_INPUT);
    assertFails(submitItem(noPrompt), Kind.INVALID_INPUT);
    assertFails(submitItem(tooLong), Kind.INVALID_INPUT);
    assertFails(rig.batcher.submit(withPromptTokens(1, 33)), Kind.INVALID_INPUT);
    assertThat(rig.engine.calls()).isEmpty();
  }

  @Test
  void drainingFinishesWhatIsHeldAndRefusesMore() {
    rig.fillWindow();
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 20));

    CompletableFuture<Void> drained = rig.batcher.drain().toCompletableFuture();
    assertFails(rig.batcher.submit(bulk(99)), Kind.UNAVAILABLE);
    assertThat(drained).isNotDone();
    rig.engine.run(Set.of(7));

    assertThat(drained).isCompleted();
    assertThat(answers).allSatisfy(answer -> assertThat(answer).isDone());
    assertThat(rig.batcher.drain().toCompletableFuture()).isCompleted();
  }

  @Test
  void closingFailsWhatWaitsAndCancelsWhatIsInFlight() {
    List<CompletableFuture<BatchedAnswer>> answers = rig.submit(range(0, 20));

    rig.batcher.close();
    rig.batcher.close();

    assertThat(answers).allSatisfy(answer -> assertFails(answer, Kind.UNAVAILABLE));
    assertThat(rig.engine.calls()).hasSize(2).allMatch(HandDrivenEngine.HandCall::isCancelled);
    assertFails(rig.batcher.submit(bulk(1)), Kind.UNAVAILABLE);
    rig.engine.run(Set.of());
    assertThat(rig.engine.calls()).hasSize(2);
  }

  private CompletableFuture<BatchedAnswer> submitItem(InferenceItem item) {
    return rig.batcher.submit(new BatchRequest(MODEL, item, LATER, false, false));
  }
}

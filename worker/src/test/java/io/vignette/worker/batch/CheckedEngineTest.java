package io.vignette.worker.batch;

import static io.vignette.worker.batch.Requests.LATER;
import static io.vignette.worker.batch.Requests.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CheckedEngineTest {
  private static final InferenceBatch OF_TWO =
      new InferenceBatch(MODEL, List.of(Requests.bulk(1).item(), Requests.bulk(2).item()));

  @Test
  void whatAnEngineThrowsFailsEveryItem() {
    InferenceCall call =
        infer(
            batch -> {
              throw new IllegalStateException("against the contract");
            });

    assertAllFail(call, "against the contract");
    call.cancel();
  }

  @Test
  void tooFewCompletionsFailEveryItemAndTheCallCanStillBeCancelled() {
    HandDrivenEngine engine = new HandDrivenEngine();
    InferenceBatch ofOne = new InferenceBatch(MODEL, OF_TWO.items().subList(0, 1));

    InferenceCall call = infer(batch -> engine.infer(ofOne, LATER));

    assertAllFail(call, "completions: 1 (expected: 2)");
    call.cancel();
    assertThat(engine.call(0).isCancelled()).isTrue();
  }

  @Test
  void anErrorAndNoCallAtAllFailEveryItem() {
    assertAllFail(
        infer(
            batch -> {
              throw new NoClassDefFoundError("engine");
            }),
        "NoClassDefFoundError: engine");
    assertAllFail(infer(batch -> null), "engine fault: ");
  }

  @Test
  void itemsThatCannotBeAskedForFail() {
    HandDrivenEngine engine = new HandDrivenEngine();
    InferenceCall odd =
        new InferenceCall() {
          @Override
          public List<CompletionStage<List<GeneratedText>>> items() {
            throw new IllegalStateException("no items");
          }

          @Override
          public void cancel() {
            engine.close();
          }
        };

    assertAllFail(infer(batch -> odd), "no items");
  }

  @Test
  void aCallAsItShouldBeKeepsItsItemsAndCanBeCancelled() {
    HandDrivenEngine engine = new HandDrivenEngine();

    InferenceCall call = infer(batch -> engine.infer(batch, LATER));
    call.cancel();

    assertThat(call.items()).isEqualTo(engine.call(0).items());
    assertThat(engine.call(0).isCancelled()).isTrue();
  }

  private static InferenceCall infer(Function<InferenceBatch, InferenceCall> inferring) {
    return new CheckedEngine(new OddEngine(inferring)).infer(OF_TWO, LATER);
  }

  private static void assertAllFail(InferenceCall call, String message) {
    assertThat(call.items())
        .hasSize(2)
        .allSatisfy(
            item ->
                assertThatThrownBy(item.toCompletableFuture()::join)
                    .cause()
                    .isInstanceOf(InferenceFailure.class)
                    .hasMessageContaining(message));
  }

  private record OddEngine(Function<InferenceBatch, InferenceCall> inferring)
      implements CaptionEngine {
    @Override
    public InferenceCall infer(InferenceBatch batch, Instant deadline) {
      return inferring.apply(batch);
    }

    @Override
    public void start() {}

    @Override
    public CompletionStage<Void> ready() {
      return CompletableFuture.completedStage(null);
    }

    @Override
    public EngineHealth health() {
      return new EngineHealth(EngineHealth.State.READY, "");
    }

    @Override
    public void close() {}
  }
}

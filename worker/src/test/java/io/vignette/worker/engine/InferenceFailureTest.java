package io.vignette.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.wire.Reason;
import io.vignette.worker.engine.InferenceFailure.Kind;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class InferenceFailureTest {
  @Test
  void isFoundInsideWhatCompletionStagesReport() {
    InferenceFailure failure = InferenceFailure.overloaded("full");

    assertThat(InferenceFailure.from(failure)).isSameAs(failure);
    assertThat(InferenceFailure.from(new CompletionException(new ExecutionException(failure))))
        .isSameAs(failure);
  }

  @Test
  void anythingElseIsAFaultOfTheEngine() {
    InferenceFailure failure =
        InferenceFailure.from(new CompletionException(new ArithmeticException("x")));

    assertThat(failure.kind()).isEqualTo(Kind.BACKEND);
    assertThat(failure).hasMessage("engine fault: java.lang.ArithmeticException: x");
  }

  @Test
  void saysWhatMayBeDoneAboutIt() {
    assertThat(InferenceFailure.unavailable("x").isRetryable()).isTrue();
    assertThat(InferenceFailure.unavailable("x").isOverload()).isFalse();
    assertThat(InferenceFailure.overloaded("x").isOverload()).isTrue();
    assertThat(InferenceFailure.backend("x").isRetryable()).isFalse();
    assertThat(InferenceFailure.backend("x").isIsolable()).isTrue();
    assertThat(InferenceFailure.degenerate("x").isIsolable()).isFalse();
    assertThat(InferenceFailure.degenerate("x").reason()).isEqualTo(Reason.INFERENCE_DEGENERATE);
  }
}

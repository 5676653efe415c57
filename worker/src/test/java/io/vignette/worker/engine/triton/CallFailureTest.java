package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.triton.CallFailure.Suspect;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallFailureTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UNAVAILABLE        | [request id: 1] Exceeds maximum queue size | OVERLOADED    | NOBODY
          UNAVAILABLE        | Request timeout expired                    | OVERLOADED    | NOBODY
          UNAVAILABLE        | Stream removed                             | UNAVAILABLE   | SERVER
          UNAVAILABLE        | Server is stopping                         | UNAVAILABLE   | SERVER
          NOT_FOUND          | Request for unknown model: 'm'             | UNAVAILABLE   | SERVER
          UNIMPLEMENTED      | ModelInfer RPC doesn't support decoupled   | UNAVAILABLE   | SERVER
          UNAUTHENTICATED    | no                                         | UNAVAILABLE   | SERVER
          PERMISSION_DENIED  | no                                         | UNAVAILABLE   | SERVER
          ABORTED            | no                                         | UNAVAILABLE   | SERVER
          CANCELLED          | by the server                              | UNAVAILABLE   | SERVER
          DEADLINE_EXCEEDED  | after 1 s                                  | TIMEOUT       | EITHER
          INVALID_ARGUMENT   | unexpected shape for input 'pixels'        | INVALID_INPUT | EITHER
          OUT_OF_RANGE       | no                                         | INVALID_INPUT | EITHER
          FAILED_PRECONDITION| no                                         | INVALID_INPUT | EITHER
          RESOURCE_EXHAUSTED | gRPC message exceeds maximum size          | BACKEND       | NOBODY
          INTERNAL           | Stub process is not healthy                | BACKEND       | EITHER
          UNKNOWN            | no                                         | BACKEND       | EITHER
          DATA_LOSS          | no                                         | BACKEND       | EITHER
          ALREADY_EXISTS     | no                                         | BACKEND       | EITHER
          """)
  void everyStatusHasItsMeaning(Status.Code code, String text, Kind kind, Suspect suspect) {
    CallFailure failed =
        CallFailure.of("call", code.toStatus().withDescription(text).asRuntimeException());

    assertThat(failed.failure().kind()).isEqualTo(kind);
    assertThat(failed.suspect()).isEqualTo(suspect);
    assertThat(failed.failure()).hasMessage("call: %s: %s", code, text);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void noStatusIsLeftOut(Status.Code code) {
    CallFailure failed = CallFailure.of("call", code.toStatus().asRuntimeException());

    assertThat(failed.failure()).hasMessage("call: %s: no description", code);
  }

  @Test
  void saysWhyAConnectionFailed() {
    CallFailure failed =
        CallFailure.of(
            "call",
            new CompletionException(
                Status.UNAVAILABLE
                    .withDescription("io exception")
                    .withCause(new IOException("Connection refused"))
                    .asRuntimeException()));

    assertThat(failed.failure()).hasMessage("call: UNAVAILABLE: io exception: Connection refused");
  }

  @Test
  void anAnswerThatMakesNoSenseStaysWhatItIs() {
    InferenceFailure unread = InferenceFailure.backend("answer: wrong");

    CallFailure failed = CallFailure.of("call", new CompletionException(unread));

    assertThat(failed.failure()).isSameAs(unread);
    assertThat(failed.suspect()).isEqualTo(Suspect.EITHER);
  }
}

package io.vignette.worker.engine.triton;

import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way, and its one answer.
 *
 * <p>Thread-safe. Completes exactly once.
 */
final class UnaryCall<A> {
  private final ClientCall<?, A> call;
  private final CompletableFuture<A> answer = new CompletableFuture<>();

  private UnaryCall(ClientCall<?, A> call) {
    this.call = call;
  }

  static <Q, A> UnaryCall<A> send(ClientCall<Q, A> call, Q request) {
    UnaryCall<A> sent = new UnaryCall<>(call);
    try {
      ClientCalls.asyncUnaryCall(call, request, sent.observer());
    } catch (RuntimeException e) { // A message that cannot be written.
      sent.answer.completeExceptionally(e);
    }
    return sent;
  }

  /** The answer, or exceptionally gRPC's status. */
  CompletableFuture<A> answer() {
    return answer;
  }

  /** Tells the server that nobody wants the answer. */
  void cancel() {
    call.cancel("nobody wants the answer", null);
  }

  private StreamObserver<A> observer() {
    return new StreamObserver<>() {
      private @Nullable A received;

      @Override
      public void onNext(A value) {
        received = value;
      }

      @Override
      public void onError(Throwable thrown) {
        answer.completeExceptionally(thrown);
      }

      @Override
      public void onCompleted() {
        A value = received;
        if (value == null) {
          onError(
              Status.INTERNAL.withDescription("answer: none (expected: one)").asRuntimeException());
        } else {
          answer.complete(value);
        }
      }
    };
  }
}

package io.vignette.worker.engine.triton;

import io.vignette.proto.inference.GRPCInferenceServiceGrpc;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.worker.engine.InferenceFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The calls that batches need: sent in time, read, and if they fail, judged.
 *
 * <p>A failure that the batch or the server may have caused is the batch's only if an inference
 * that is known to work still does. So a dead backend process, which answers every call with an
 * internal error, costs no picture its job.
 *
 * <p>Thread-safe.
 */
final class Inferences {
  // Old servers crash on deadlines that have passed when they arrive (server issue 7368).
  private static final Duration SHORTEST = Duration.ofMillis(10);

  private final TritonConnection connection;
  private final ServerWatch watch;
  private final Duration timeout;
  private final Clock clock;
  private final TritonListener listener;

  Inferences(
      TritonConnection connection,
      ServerWatch watch,
      Duration timeout,
      Clock clock,
      TritonListener listener) {
    this.connection = connection;
    this.watch = watch;
    this.timeout = timeout;
    this.clock = clock;
    this.listener = listener;
  }

  /** Makes something of an answer. */
  interface Reader<T> {
    T read(InferAnswer answer) throws InferenceFailure;
  }

  /**
   * Infers some rows of a batch.
   *
   * @return what the reader makes of the answer, or exceptionally an {@link InferenceFailure}
   */
  <T> CompletableFuture<T> infer(
      TritonCall batch, Step step, int rows, InferRequest request, Reader<T> reader) {
    Duration left = Duration.between(clock.instant(), batch.deadline());
    if (left.compareTo(SHORTEST) < 0) {
      return CompletableFuture.failedFuture(expired(batch));
    }
    boolean ownDeadline = left.compareTo(timeout) <= 0;
    Duration within = ownDeadline ? left : timeout;
    long begun = System.nanoTime();
    listener.called(step, rows);
    UnaryCall<ModelInferResponse> call =
        connection.call(
            GRPCInferenceServiceGrpc.getModelInferMethod(),
            request.within(within.toNanos()),
            within,
            batch.batch().trace());
    batch.begin(call);
    return call.answer()
        .thenApply(response -> read(response, reader))
        .handle(
            (value, thrown) -> {
              batch.end(call);
              Duration took = Duration.ofNanos(System.nanoTime() - begun);
              return thrown == null
                  ? succeeded(value, step, rows, took)
                  : Inferences.<T>failed(judged(batch, thrown, step, took, ownDeadline));
            })
        .thenCompose(outcome -> outcome);
  }

  private static <T> T read(ModelInferResponse response, Reader<T> reader) {
    try {
      return reader.read(new InferAnswer(response));
    } catch (InferenceFailure e) {
      throw new CompletionException(e);
    }
  }

  private <T> CompletableFuture<T> succeeded(T value, Step step, int rows, Duration took) {
    watch.alive();
    listener.answered(step, rows, took);
    return CompletableFuture.completedFuture(value);
  }

  private static <T> CompletableFuture<T> failed(CompletableFuture<InferenceFailure> judged) {
    return judged.thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<InferenceFailure> judged(
      TritonCall batch, Throwable thrown, Step step, Duration took, boolean ownDeadline) {
    Optional<InferenceFailure> stopped = batch.stopped();
    if (stopped.isPresent()) {
      listener.failed(step, stopped.get().kind(), took);
      return CompletableFuture.completedFuture(stopped.get());
    }
    CallFailure failed = CallFailure.of(what(batch, step), thrown);
    listener.failed(step, failed.failure().kind(), took);
    boolean expired = ownDeadline && failed.failure().kind() == InferenceFailure.Kind.TIMEOUT;
    CompletableFuture<InferenceFailure> judgement = judged(failed);
    return expired ? CompletableFuture.completedFuture(expired(batch)) : judgement;
  }

  private CompletableFuture<InferenceFailure> judged(CallFailure failed) {
    InferenceFailure failure = failed.failure();
    return switch (failed.suspect()) {
      case NOBODY -> CompletableFuture.completedFuture(failure);
      case SERVER -> {
        watch.suspect(String.valueOf(failure.getMessage()));
        yield CompletableFuture.completedFuture(failure);
      }
      case EITHER -> watch.examine().thenApply(verdict -> verdict.on(failure));
    };
  }

  private String what(TritonCall batch, Step step) {
    return "Triton at %s: %s: %s"
        .formatted(connection.endpoint(), batch.batch().model().name(), step);
  }

  private static InferenceFailure expired(TritonCall batch) {
    return InferenceFailure.expired(
        "deadline: %s (expected: after the end of the inference)".formatted(batch.deadline()));
  }
}

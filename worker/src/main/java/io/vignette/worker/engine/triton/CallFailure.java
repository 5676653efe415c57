package io.vignette.worker.engine.triton;

import io.grpc.Status;
import io.vignette.worker.engine.InferenceFailure;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failed call in the worker's words: the only place that looks at gRPC's status.
 *
 * @param failure what the batch is told, if it is to blame or nobody is
 * @param suspect who may have caused it
 */
record CallFailure(InferenceFailure failure, Suspect suspect) {

  /** Who may have caused a failure. */
  enum Suspect {
    /** Nobody: the server lives and says why not now. */
    NOBODY,
    /** The batch or the server: an inference that is known to work tells which. */
    EITHER,
    /** The server. */
    SERVER
  }

  // Triton gives one status for a full queue and for a server that is going; only the text differs.
  private static final String QUEUE_FULL = "exceeds maximum queue size";
  private static final String QUEUE_TIMEOUT = "request timeout expired";

  /**
   * Translates whatever a call ended with.
   *
   * @param what names the call, for a person
   */
  static CallFailure of(String what, Throwable thrown) {
    Throwable root =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return root instanceof InferenceFailure failure
        ? new CallFailure(failure, Suspect.EITHER) // An answer that makes no sense.
        : of(what, Status.fromThrowable(root), root);
  }

  private static CallFailure of(String what, Status status, Throwable cause) {
    String message = "%s: %s".formatted(what, sentence(status));
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          isQueue(status)
              ? new CallFailure(InferenceFailure.overloaded(message), Suspect.NOBODY)
              : new CallFailure(InferenceFailure.unavailable(message, cause), Suspect.SERVER);
      // A model that is being loaded anew is unknown meanwhile; the repository knows it.
      case NOT_FOUND, UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED, ABORTED, CANCELLED ->
          new CallFailure(InferenceFailure.unavailable(message, cause), Suspect.SERVER);
      case DEADLINE_EXCEEDED ->
          new CallFailure(InferenceFailure.timeout(message, cause), Suspect.EITHER);
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION ->
          new CallFailure(InferenceFailure.invalidInput(message, cause), Suspect.EITHER);
      // Only this client says so: an answer above its limit, which that of fewer pictures may obey.
      case RESOURCE_EXHAUSTED ->
          new CallFailure(InferenceFailure.backend(message, cause), Suspect.NOBODY);
      default -> new CallFailure(InferenceFailure.backend(message, cause), Suspect.EITHER);
    };
  }

  private static boolean isQueue(Status status) {
    String text = String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
    return text.contains(QUEUE_FULL) || text.contains(QUEUE_TIMEOUT);
  }

  private static String sentence(Status status) {
    String text =
        Stream.of(status.getDescription(), reason(status.getCause()))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(": "));
    return status.getCode() + ": " + text.lines().findFirst().orElse("no description");
  }

  private static @Nullable String reason(@Nullable Throwable cause) {
    return cause == null ? null : cause.getMessage();
  }
}

package io.vignette.worker.engine;

import io.vignette.wire.Reason;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Why an item has no answer: the only place that says what may be done about it.
 *
 * <p>Each adapter translates its library's errors into this once, keeping the cause.
 */
public final class InferenceFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, and what follows from it. */
  public enum Kind {
    /** The engine is not there: starting, draining, gone. */
    UNAVAILABLE(Reason.MODEL_UNAVAILABLE, true, false, false),
    /** The engine or a queue before it is full. */
    OVERLOADED(Reason.MODEL_UNAVAILABLE, true, true, false),
    /** No answer in the time an answer takes. */
    TIMEOUT(Reason.INFERENCE_FAILED, true, true, false),
    /** The engine has no such model, or not as the repository describes it. */
    MODEL_UNKNOWN(Reason.MODEL_UNKNOWN, false, false, false),
    /** The engine refuses the tensors. */
    INVALID_INPUT(Reason.INFERENCE_FAILED, false, false, true),
    /** The model ran and broke. */
    BACKEND(Reason.INFERENCE_FAILED, false, false, true),
    /** The item's own answer is no text: not a number, or tokens that do not exist. */
    DEGENERATE(Reason.INFERENCE_DEGENERATE, false, false, false),
    /** The deadline given with the item passed before its answer. */
    EXPIRED(Reason.JOB_EXPIRED, false, false, false),
    /** Nobody wants the answer any more. */
    CANCELLED(Reason.JOB_CANCELLED, false, false, false);

    private final Reason reason;
    private final boolean retryable;
    private final boolean overload;
    private final boolean isolable;

    Kind(Reason reason, boolean retryable, boolean overload, boolean isolable) {
      this.reason = reason;
      this.retryable = retryable;
      this.overload = overload;
      this.isolable = isolable;
    }
  }

  private final Kind kind;

  private InferenceFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public static InferenceFailure unavailable(String message) {
    return new InferenceFailure(Kind.UNAVAILABLE, message, null);
  }

  public static InferenceFailure unavailable(String message, Throwable cause) {
    return new InferenceFailure(Kind.UNAVAILABLE, message, cause);
  }

  public static InferenceFailure overloaded(String message) {
    return new InferenceFailure(Kind.OVERLOADED, message, null);
  }

  public static InferenceFailure timeout(String message) {
    return new InferenceFailure(Kind.TIMEOUT, message, null);
  }

  public static InferenceFailure timeout(String message, Throwable cause) {
    return new InferenceFailure(Kind.TIMEOUT, message, cause);
  }

  public static InferenceFailure modelUnknown(String message) {
    return new InferenceFailure(Kind.MODEL_UNKNOWN, message, null);
  }

  public static InferenceFailure invalidInput(String message) {
    return new InferenceFailure(Kind.INVALID_INPUT, message, null);
  }

  public static InferenceFailure invalidInput(String message, Throwable cause) {
    return new InferenceFailure(Kind.INVALID_INPUT, message, cause);
  }

  public static InferenceFailure backend(String message, Throwable cause) {
    return new InferenceFailure(Kind.BACKEND, message, cause);
  }

  public static InferenceFailure backend(String message) {
    return new InferenceFailure(Kind.BACKEND, message, null);
  }

  public static InferenceFailure degenerate(String message) {
    return new InferenceFailure(Kind.DEGENERATE, message, null);
  }

  public static InferenceFailure expired(String message) {
    return new InferenceFailure(Kind.EXPIRED, message, null);
  }

  public static InferenceFailure cancelled(String message) {
    return new InferenceFailure(Kind.CANCELLED, message, null);
  }

  /**
   * The failure inside whatever a completion stage reports. Anything else is a fault of an engine
   * that did not translate it, and becomes {@link Kind#BACKEND}.
   */
  public static InferenceFailure from(Throwable thrown) {
    Throwable root = thrown;
    while (isWrapper(root) && root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof InferenceFailure failure
        ? failure
        : backend("engine fault: " + root, root);
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException || thrown instanceof ExecutionException;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the same item may succeed later, unchanged. */
  public boolean isRetryable() {
    return kind.retryable;
  }

  /** Whether asking less often would help. */
  public boolean isOverload() {
    return kind.overload;
  }

  /** Whether a single item of a batch may have caused the failure of all: smaller batches tell. */
  public boolean isIsolable() {
    return kind.isolable;
  }

  /** The code of {@code docs/errors.md}. */
  public Reason reason() {
    return kind.reason;
  }
}

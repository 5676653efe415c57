package io.vignette.worker.pipeline;

import io.vignette.images.ImageRejectedException;
import io.vignette.proto.v1.JobError;
import io.vignette.records.ShownText;
import io.vignette.wire.Reason;
import io.vignette.wire.Refusal;
import io.vignette.worker.engine.InferenceFailure;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Failures as a client is told of them. */
final class Errors {
  static final String CHECK = "check";
  static final String FETCH = "fetch";
  static final String DECODE = "decode";
  static final String INFER = "infer";
  static final String LEASE = "lease";

  /** A message may quote what a job says, which may be half a megabyte. */
  private static final int MESSAGE_CHARACTERS_MAX = 2_000;

  private Errors() {}

  static JobError of(Reason reason, String message, String stage) {
    return JobError.newBuilder()
        .setCode(reason.code())
        .setMessage(ShownText.of(message, MESSAGE_CHARACTERS_MAX))
        .setStage(stage)
        .setRetryable(reason.isRetryable())
        .build();
  }

  static JobError of(Refusal refusal) {
    return of(refusal.reason(), refusal.message(), CHECK);
  }

  static JobError of(ImageRejectedException rejected) {
    return of(rejected.reason(), String.valueOf(rejected.getMessage()), stage(rejected.reason()));
  }

  static JobError of(InferenceFailure failure) {
    return of(failure.reason(), String.valueOf(failure.getMessage()), INFER);
  }

  /** A fault of ours: names its class, for whoever looks for the stack in the log. */
  static JobError ofFault(Throwable fault, String stage) {
    return of(
        Reason.INTERNAL,
        "internal fault: %s (expected: none; the worker's log has the details)"
            .formatted(fault.getClass().getSimpleName()),
        stage);
  }

  private static String stage(Reason reason) {
    return switch (reason) {
      case IMAGE_NOT_FOUND,
          IMAGE_UNREADABLE,
          IMAGE_UNREACHABLE,
          IMAGE_FORBIDDEN_ADDRESS,
          IMAGE_EMPTY,
          IMAGE_TOO_LARGE,
          IMAGE_CHANGED,
          STORE_UNAVAILABLE ->
          FETCH;
      default -> DECODE;
    };
  }

  /** What a completion stage wrapped. */
  static Throwable cause(Throwable thrown) {
    Throwable root = thrown;
    while ((root instanceof CompletionException || root instanceof ExecutionException)
        && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}

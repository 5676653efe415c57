package io.vignette.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why a job, a request or a command was refused or failed: the stable codes of {@code
 * docs/errors.md}.
 *
 * <p>The same code stands in HTTP problems, results, dead letters, metrics and the command line's
 * output. A code never changes its meaning; new ones are added here and in the document together.
 */
public enum Reason {
  IMAGE_NOT_FOUND("image.not_found", false, 404),
  IMAGE_UNREADABLE("image.unreadable", false, 422),
  IMAGE_UNREACHABLE("image.unreachable", true, 422),
  IMAGE_FORBIDDEN_ADDRESS("image.forbidden_address", false, 422),
  IMAGE_EMPTY("image.empty", false, 422),
  IMAGE_TOO_LARGE("image.too_large", false, 413),
  IMAGE_TOO_MANY_PIXELS("image.too_many_pixels", false, 422),
  IMAGE_UNSUPPORTED_TYPE("image.unsupported_type", false, 415),
  IMAGE_CORRUPT("image.corrupt", false, 422),
  IMAGE_CHANGED("image.changed", false, 422),
  PROMPT_TOO_LONG("prompt.too_long", false, 422),
  PROMPT_MISSING("prompt.missing", false, 422),
  PROMPT_TOO_MANY("prompt.too_many", false, 422),
  GENERATION_UNSUPPORTED("generation.unsupported", false, 422),
  GENERATION_TOO_LONG("generation.too_long", false, 422),
  MODEL_UNKNOWN("model.unknown", false, 422),
  MODEL_UNAVAILABLE("model.unavailable", true, 503),
  INFERENCE_FAILED("inference.failed", true, 500),
  INFERENCE_POISON("inference.poison", false, 500),
  INFERENCE_DEGENERATE("inference.degenerate", false, 500),
  JOB_EXPIRED("job.expired", true, 410),
  JOB_CANCELLED("job.cancelled", true, 410),
  JOB_TOO_MANY_ATTEMPTS("job.too_many_attempts", true, 500),
  JOB_UNREADABLE("job.unreadable", false, 500),
  JOB_NOT_FOUND("job.not_found", false, 404),
  JOB_CONFLICT("job.conflict", false, 422),
  ACCESS_DENIED("access.denied", false, 401),
  ACCESS_HOST_UNKNOWN("access.host_unknown", false, 421),
  ACCESS_CROSS_SITE("access.cross_site", false, 403),
  REQUEST_INVALID("request.invalid", false, 400),
  REQUEST_TOO_LARGE("request.too_large", false, 413),
  REQUEST_TIMEOUT("request.timeout", true, 408),
  EVENT_UNREADABLE("event.unreadable", false, 422),
  EVENT_NO_IMAGE("event.no_image", false, 422),
  EVENT_NO_RULE("event.no_rule", false, 422),
  GATEWAY_BUSY("gateway.busy", true, 503),
  QUEUE_FULL("queue.full", true, 429),
  QUEUE_UNAVAILABLE("queue.unavailable", true, 503),
  STORE_UNAVAILABLE("store.unavailable", true, 503),
  INTERNAL("internal", true, 500);

  private final String code;
  private final boolean retryable;
  private final int httpStatus;

  Reason(String code, boolean retryable, int httpStatus) {
    this.code = code;
    this.retryable = retryable;
    this.httpStatus = httpStatus;
  }

  /** The stable text form. */
  public String code() {
    return code;
  }

  /** Whether the same request may succeed later, unchanged. */
  public boolean isRetryable() {
    return retryable;
  }

  /** The HTTP status of a problem with this code. */
  public int httpStatus() {
    return httpStatus;
  }

  public static Optional<Reason> ofCode(String code) {
    return Arrays.stream(values()).filter(reason -> reason.code.equals(code)).findFirst();
  }
}

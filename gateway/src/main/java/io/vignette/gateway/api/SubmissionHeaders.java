package io.vignette.gateway.api;

import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.TraceContext;
import jakarta.ws.rs.HeaderParam;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The headers of a submission, whatever its body. */
public class SubmissionHeaders {
  private static final String KEY_HEADER = "Idempotency-Key";
  private static final int KEY_CHARACTERS_MAX = 255;

  @HeaderParam(KEY_HEADER)
  @Parameter(
      description =
          "Your own name for this request, 1 to 255 characters: a repetition under the same key is"
              + " the same job, another request under it is refused (job.conflict).")
  public @Nullable String key;

  @HeaderParam(Preference.REQUEST_HEADER)
  @Parameter(
      description = Preference.TEXT,
      schema = @Schema(type = SchemaType.STRING, examples = "wait=20"))
  public @Nullable List<String> prefer;

  @HeaderParam("traceparent")
  @Parameter(
      description =
          "W3C trace context: passed on with the job. What is malformed is ignored, and a new"
              + " trace begins.",
      schema =
          @Schema(
              type = SchemaType.STRING,
              examples = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
  public @Nullable List<String> traceparent;

  @HeaderParam("tracestate")
  @Parameter(
      description = "W3C trace state: passed on beside a valid traceparent.",
      schema = @Schema(type = SchemaType.STRING, examples = "vendor=value"))
  public @Nullable List<String> tracestate;

  /** The key as it came; empty where there is none. */
  Optional<String> idempotencyKey() throws RejectedException {
    if (key == null) {
      return Optional.empty();
    }
    if (key.isBlank() || key.length() > KEY_CHARACTERS_MAX) {
      throw RequestParts.invalid(
          KEY_HEADER + ": " + key.length() + " characters (expected: 1 to 255, not blank)");
    }
    return Optional.of(key.strip());
  }

  Optional<Preference> preference() {
    return Preference.of(prefer);
  }

  TraceContext trace() {
    return TraceContext.of(orNone(traceparent), orNone(tracestate));
  }

  private static List<String> orNone(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }
}

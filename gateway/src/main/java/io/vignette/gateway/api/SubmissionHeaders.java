package io.vignette.gateway.api;

import io.vignette.gateway.submission.RejectedException;
import io.vignette.wire.TraceContext;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The headers of a submission, whatever its body. */
public class SubmissionHeaders {
  static final String KEY_HEADER = "Idempotency-Key";
  static final String KEY_PATTERN = "^[!-~](?:[ -~]{0,253}[!-~])?$";
  private static final Pattern KEY = Pattern.compile(KEY_PATTERN);

  /** Read by hand: a parameter would be absent where the header is there and empty. */
  @Context public @Nullable HttpHeaders all;

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
    List<String> keys = all == null ? List.of() : orNone(all.getRequestHeader(KEY_HEADER));
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    if (keys.size() > 1) {
      throw RequestParts.invalid(KEY_HEADER + ": " + keys.size() + " (expected: at most one)");
    }
    String only = keys.getFirst();
    if (!KEY.matcher(only).matches()) {
      throw RequestParts.invalid(
          "%s: '%s', %d characters (expected: 1 to 255 printable ASCII characters)"
              .formatted(KEY_HEADER, Excerpt.of(only), only.length()));
    }
    return keys.stream().findFirst();
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

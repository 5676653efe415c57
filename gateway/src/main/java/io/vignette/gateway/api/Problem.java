package io.vignette.gateway.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.vignette.wire.Reason;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Why a request failed.
 *
 * @param type identifies the kind of problem: a URN ending in the code
 * @param title the same for every problem of a kind
 * @param detail one sentence that names the value and what was expected
 * @param code the stable reason code
 * @param instance the path that was asked for
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457, problem details</a>
 */
@Schema(name = "Problem", description = "Why a request failed (RFC 9457).")
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "instance"})
public record Problem(
    @Schema(required = true, examples = "urn:vignette:problem:job.not_found") String type,
    @Schema(required = true, examples = "Not Found") String title,
    @Schema(required = true, examples = "404") int status,
    @Schema(
            required = true,
            description = "One sentence that names the value and what was expected.")
        String detail,
    @Schema(required = true, description = "Stable reason code.", examples = "job.not_found")
        String code,
    @Schema(required = true, examples = "/v1/captions/0") String instance) {

  static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE_PREFIX = "urn:vignette:problem:";
  static final String SOON_SECONDS = "1";

  static Problem of(Reason reason, String detail, String instance) {
    return of(reason, reason.httpStatus(), detail, instance);
  }

  /** A problem of HTTP itself, with a status of its own. */
  static Problem of(Reason reason, int status, String detail, String instance) {
    return new Problem(
        TYPE_PREFIX + reason.code(),
        titleOf(status),
        status,
        Excerpt.printable(detail),
        reason.code(),
        Excerpt.printable(instance));
  }

  Response response() {
    Response.ResponseBuilder response = Response.status(status).type(MEDIA_TYPE).entity(this);
    if (status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
      response.header(HttpHeaders.RETRY_AFTER, SOON_SECONDS);
    }
    return response.build();
  }

  private static String titleOf(int status) {
    if (status == 421) {
      return "Misdirected Request";
    }
    if (status == 422) {
      return "Unprocessable Content";
    }
    Response.Status known = Response.Status.fromStatusCode(status);
    return known == null ? "Error" : known.getReasonPhrase();
  }
}

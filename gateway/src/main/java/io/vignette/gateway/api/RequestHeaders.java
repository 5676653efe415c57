package io.vignette.gateway.api;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses requests whose headers tell no content type, an unknown content coding or malformed media
 * types, before the server looks for the method that answers.
 *
 * <p>Stateless. Guarantees that {@code Content-Type} and {@code Accept} can be parsed; whether they
 * name what is offered is the router's to check.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110">RFC 9110, HTTP semantics</a>
 */
@ApplicationScoped
public class RequestHeaders {
  /** Which of them counts, servers differ about. */
  private static final Pattern TWO_BOUNDARIES =
      Pattern.compile("(?i);\\s*boundary\\s*=.*;\\s*boundary\\s*=");

  /** A weight of zero (RFC 9110, 12.4.2). */
  private static final Pattern NEVER = Pattern.compile("0(\\.0*)?");

  private static final int NOT_ACCEPTABLE = 406;
  private static final int UNSUPPORTED = 415;
  private static final String OFFERED = "(expected: application/json or multipart/form-data)";

  @ServerRequestFilter(preMatching = true)
  public void check(ContainerRequestContext request) throws HttpRefusalException {
    checkAccept(values(request, HttpHeaders.ACCEPT));
    checkAcceptsJson(request);
    if (isSubmission(request)) {
      checkContentType(values(request, HttpHeaders.CONTENT_TYPE));
      checkCoding(values(request, HttpHeaders.CONTENT_ENCODING));
    }
  }

  /** Another path has no POST: that is 405, whatever its body. */
  private static boolean isSubmission(ContainerRequestContext request) {
    String path = request.getUriInfo().getPath();
    return request.getMethod().equals(HttpMethod.POST)
        && (path.equals(CaptionsResource.PATH) || path.equals(CaptionsResource.PATH + "/"));
  }

  private static void checkAccept(List<String> accept) throws HttpRefusalException {
    for (String line : accept) {
      for (String range : line.split(",")) {
        if (!range.isBlank() && !isMediaType(range.strip())) {
          throw new HttpRefusalException(
              NOT_ACCEPTABLE,
              "Accept: '" + Excerpt.of(range.strip()) + "' (expected: application/json)");
        }
      }
    }
  }

  /** The framework asks only where one method alone takes the request. */
  private static void checkAcceptsJson(ContainerRequestContext request)
      throws HttpRefusalException {
    boolean accepts =
        request.getAcceptableMediaTypes().stream()
            .anyMatch(
                range ->
                    range.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                        && !NEVER.matcher(range.getParameters().getOrDefault("q", "1")).matches());
    if (!accepts) {
      throw new HttpRefusalException(
          NOT_ACCEPTABLE,
          "Accept: '"
              + Excerpt.of(String.join(", ", values(request, HttpHeaders.ACCEPT)))
              + "' (expected: application/json)");
    }
  }

  private static void checkContentType(List<String> types) throws HttpRefusalException {
    if (types.size() != 1) {
      throw new HttpRefusalException(
          UNSUPPORTED,
          "Content-Type: " + (types.isEmpty() ? "missing " : types.size() + " ") + OFFERED);
    }
    String type = types.getFirst();
    if (!isMediaType(type) || type.contains("*") || TWO_BOUNDARIES.matcher(type).find()) {
      throw new HttpRefusalException(
          UNSUPPORTED, "Content-Type: '" + Excerpt.of(type) + "' " + OFFERED);
    }
  }

  private static void checkCoding(List<String> codings) throws HttpRefusalException {
    for (String coding : codings) {
      if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
        throw new HttpRefusalException(
            UNSUPPORTED, "Content-Encoding: '" + Excerpt.of(coding) + "' (expected: none)");
      }
    }
  }

  private static boolean isMediaType(String text) {
    try {
      MediaType type = MediaType.valueOf(text);
      return !type.getType().isEmpty() && !type.getSubtype().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> values(ContainerRequestContext request, String header) {
    List<String> values = request.getHeaders().get(header);
    return values == null ? List.of() : values;
  }
}

package io.vignette.gateway.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Problems for requests that never reach a resource: too large, or for a path nobody has. */
@ApplicationScoped
public class HttpBorders {
  private static final String API = "/v1/*";
  private static final int FIRST = -1000;
  private static final int LAST = 1_000_000;

  private final long bodyBytesMax;

  @Inject
  public HttpBorders(BodyLimit bodies) {
    this.bodyBytesMax = bodies.bytesMax();
  }

  void routes(@Observes Router router) {
    router.route(API).order(FIRST).handler(this::refuseLargeBody);
    router.route().order(LAST).handler(HttpBorders::nothingHere);
  }

  private void refuseLargeBody(RoutingContext request) {
    long length = lengthOf(request);
    if (length <= bodyBytesMax) {
      request.next();
      return;
    }
    request.response().putHeader(HttpHeaders.CONNECTION, "close");
    end(
        request,
        Problem.of(
            Reason.REQUEST_TOO_LARGE,
            "body: " + length + " bytes (expected: at most " + bodyBytesMax + ")",
            request.normalizedPath()));
  }

  private static long lengthOf(RoutingContext request) {
    String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0; // The server itself refuses it.
    }
  }

  private static void nothingHere(RoutingContext request) {
    end(
        request,
        Problem.of(
            Reason.REQUEST_INVALID, 404, HttpProblems.detailOf(404), request.normalizedPath()));
  }

  private static void end(RoutingContext request, Problem problem) {
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(
            new JsonObject()
                .put("type", problem.type())
                .put("title", problem.title())
                .put("status", problem.status())
                .put("detail", problem.detail())
                .put("code", problem.code())
                .put("instance", problem.instance())
                .encode());
  }
}

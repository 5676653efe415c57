package io.vignette.gateway.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;

/** Problems for requests that never reach a resource: too large, for no path, too many. */
@ApplicationScoped
public class HttpBorders {
  private static final String API = "/v1/*";

  /** Behind Quarkus' authorization (-100): whoever has no key holds no memory. */
  private static final int FIRST = -90;

  private static final int LAST = 1_000_000;
  private static final long NO_ERROR = 0;
  private static final String RETRY_SECONDS = "1";

  /** More than most pictures have. */
  private static final long UNKNOWN_BYTES = 8 << 20;

  private final long bodyBytesMax;
  private final BodyBudget budget;

  @Inject
  public HttpBorders(BodyLimit bodies, BodyBudget budget) {
    this.bodyBytesMax = bodies.bytesMax();
    this.budget = budget;
  }

  void routes(@Observes Router router) {
    router.route(API).order(FIRST).handler(this::refuseLargeBody);
    router.post(API).order(FIRST + 1).handler(this::refuseCrowd);
    router.route().order(LAST).handler(HttpBorders::nothingHere);
  }

  /** Ends a request without its body. */
  static void refuse(RoutingContext request, Problem problem) {
    closeAfterwards(request);
    end(request, problem);
  }

  /**
   * What is left of the body is not wanted: HTTP/1 asks the client to close and reads on while it
   * sends, HTTP/2 resets the stream without error once the answer is out (RFC 9113, 8.1).
   */
  private static void closeAfterwards(RoutingContext request) {
    if (request.request().version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaders.CONNECTION, "close");
    } else if (!request.request().isEnded()) {
      // A request without a body ends a moment after it began.
      request.response().endHandler(ended -> request.vertx().runOnContext(later -> reset(request)));
    }
  }

  private static void reset(RoutingContext request) {
    if (!request.request().isEnded()) {
      request.response().reset(NO_ERROR);
    }
  }

  private void refuseLargeBody(RoutingContext request) {
    long length = lengthOf(request);
    if (length <= bodyBytesMax) {
      request.next();
      return;
    }
    closeAfterwards(request);
    end(
        request,
        Problem.of(
            Reason.REQUEST_TOO_LARGE,
            "body: " + length + " bytes (expected: at most " + bodyBytesMax + ")",
            request.normalizedPath()));
  }

  /** Before memory runs out. */
  private void refuseCrowd(RoutingContext request) {
    long bytes = bytesOf(request);
    Optional<BodyBudget.Share> share = budget.take(bytes);
    if (share.isPresent()) {
      HeldBody.note(request, share.get());
      request.addEndHandler(ended -> share.get().requestEnded());
      request.next();
      return;
    }
    closeAfterwards(request);
    request.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    end(
        request,
        Problem.of(
            Reason.GATEWAY_BUSY,
            "body: %d bytes beside those of others (expected: at most %d at once)"
                .formatted(bytes, budget.bytesMax()),
            request.normalizedPath()));
  }

  /** What a body is taken for that may not say how long it is. */
  private static long bytesOf(RoutingContext request) {
    boolean isSilent = request.request().getHeader(HttpHeaders.CONTENT_LENGTH) == null;
    boolean mayHaveBody =
        request.request().version() == HttpVersion.HTTP_2
            || request.request().getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    return isSilent && mayHaveBody ? UNKNOWN_BYTES : lengthOf(request);
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

package io.vignette.gateway.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * The end of a request whose body is not wanted, or not wanted any longer.
 *
 * <p>HTTP/2 resets the stream without error once the answer is out (RFC 9113, 8.1). HTTP/1 tells
 * the client that the connection ends; the rest of a body may still come, within the bounds of
 * {@code gateway.http}.
 */
final class EarlyAnswer {
  // The routing context may be a proxy that knows its request only while the request is handled, so
  // nothing that runs later asks it.

  private static final long NO_ERROR = 0;
  private static final String CUT = EarlyAnswer.class.getName() + ".cut";

  /** Long enough to read an answer that is there, though the body is still being sent. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private EarlyAnswer() {}

  /** Before the answer is written. */
  static void prepare(RoutingContext request) {
    HttpServerRequest received = request.request();
    HttpServerResponse response = request.response();
    Vertx vertx = request.vertx();
    if (received.version() != HttpVersion.HTTP_2) {
      if (!response.headWritten()) {
        response.putHeader(HttpHeaders.CONNECTION, "close");
      }
    } else if (!received.isEnded()) {
      // A request without a body ends a moment after it began.
      request.addEndHandler(ended -> vertx.runOnContext(later -> reset(received, response)));
    }
  }

  /** Before the answer is written: nothing more is taken of a body that is too slow or too much. */
  static void prepareToCut(RoutingContext request) {
    markCut(request);
    prepare(request);
    HttpServerRequest received = request.request();
    Vertx vertx = request.vertx();
    if (received.version() != HttpVersion.HTTP_2) {
      HttpConnection connection = received.connection();
      request.addEndHandler(
          ended -> vertx.setTimer(LINGER.toMillis(), later -> connection.close()));
    }
  }

  /** Whatever the resource says when its body breaks off is not wanted. */
  static void markCut(RoutingContext request) {
    request.put(CUT, true);
  }

  /** Whether the request was marked by {@link #markCut}. */
  static boolean isCut(RoutingContext request) {
    return request.get(CUT) != null;
  }

  private static void reset(HttpServerRequest request, HttpServerResponse response) {
    if (!request.isEnded()) {
      response.reset(NO_ERROR);
    }
  }
}

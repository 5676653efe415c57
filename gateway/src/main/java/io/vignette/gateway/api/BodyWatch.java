package io.vignette.gateway.api;

import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.http.Connections;
import io.vignette.gateway.http.Cut;
import io.vignette.gateway.http.CutCounters;
import io.vignette.gateway.http.HttpConfig;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;

/**
 * Looks at each body while it comes, over HTTP/1 and HTTP/2: counts its bytes in the {@link
 * BodyBudget}, and refuses it where it comes too slowly. Thread-safe; does not block.
 *
 * <p>Looks ten times a second; what is read meanwhile is counted buffer by buffer by {@link
 * BodyLimit}.
 */
@ApplicationScoped
public class BodyWatch {
  private static final Duration TICK = Duration.ofMillis(100);

  private final HttpConfig config;
  private final CutCounters cuts;
  private final Connections connections;

  @Inject
  public BodyWatch(HttpConfig config, CutCounters cuts, Connections connections) {
    this.config = config;
    this.cuts = cuts;
    this.connections = connections;
  }

  /** Until the body has come or the request has ended. */
  void watch(RoutingContext request, BodyBudget.Share share) {
    if (request.request().isEnded()) {
      return;
    }
    Pace pace = new Pace(request, share);
    long timer = request.vertx().setPeriodic(TICK.toMillis(), pace::look);
    request.addEndHandler(ended -> request.vertx().cancelTimer(timer));
  }

  /** How one body comes. On the request's event loop only. */
  private final class Pace {
    private final RoutingContext request;
    private final BodyBudget.Share share;
    private final long began = System.nanoTime();
    private long bytes;
    private long grew = began;

    private Pace(RoutingContext request, BodyBudget.Share share) {
      this.request = request;
      this.share = share;
    }

    private void look(long timer) {
      if (hasCome() || request.response().ended()) {
        request.vertx().cancelTimer(timer);
        return;
      }
      long now = System.nanoTime();
      long come = request.request().bytesRead();
      if (come > bytes) {
        bytes = come;
        grew = now;
      }
      if (!share.hold(bytes)) {
        tooMany(timer);
      } else if (isLonger(now - grew, config.bodyPauseMax())) {
        tooSlow(timer, "nothing came for " + config.bodyPauseMax().toMillis() + " ms");
      } else if (isLonger(now - began, config.bodyTimeout())) {
        tooSlow(timer, "not complete after " + config.bodyTimeout().toMillis() + " ms");
      }
    }

    /** All that was announced is enough: the end of the stream may not have been asked for yet. */
    private boolean hasCome() {
      return request.request().isEnded()
          || BodyLimit.announced(request).orElse(Long.MAX_VALUE) <= request.request().bytesRead();
    }

    private void tooSlow(long timer, String what) {
      String detail = "body: %s, after %d bytes (expected: a steady flow)".formatted(what, bytes);
      cut(timer, Problem.of(Reason.REQUEST_TIMEOUT, detail, path()), Cut.BODY_TIMEOUT);
    }

    private void tooMany(long timer) {
      String detail = BodyBudget.FullException.detail(bytes);
      cut(timer, Problem.of(Reason.GATEWAY_BUSY, detail, path()), Cut.BODY_CROWDED);
    }

    private void cut(long timer, Problem problem, Cut cause) {
      request.vertx().cancelTimer(timer);
      EarlyAnswer.markCut(request);
      if (request.request().version() != HttpVersion.HTTP_2) {
        connections.refuseBody(
            request.request().connection(), problem.status(), problem.detail(), cause);
        return;
      }
      cuts.count(cause);
      if (request.response().headWritten()) {
        request.response().reset();
      } else {
        EarlyAnswer.prepare(request);
        HttpBorders.end(request, problem);
      }
      CountedBody.abandon(request);
    }

    private String path() {
      return request.normalizedPath();
    }
  }

  private static boolean isLonger(long nanos, Duration limit) {
    return nanos > limit.toNanos();
  }
}

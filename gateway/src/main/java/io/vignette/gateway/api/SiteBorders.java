package io.vignette.gateway.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.access.KnownHosts;
import io.vignette.gateway.access.KnownOrigins;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that another web site has a browser send: by a name that is not the gateway's
 * (DNS rebinding), or from a page that is not its own. Also paths that are not written plainly.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
public class SiteBorders {
  /** Before anything else, keys too. */
  private static final int BEFORE_KEYS = -2000;

  /** Behind Quarkus' authorization (-100), so that nobody without a key hears more than that. */
  private static final int BEHIND_KEYS = -99;

  private static final String ORIGIN = "Origin";
  private static final String SITE = "Sec-Fetch-Site";

  private final KnownHosts hosts;
  private final KnownOrigins origins;

  @Inject
  public SiteBorders(KnownHosts hosts, KnownOrigins origins) {
    this.hosts = hosts;
    this.origins = origins;
  }

  void routes(@Observes Router router) {
    router.route().order(BEFORE_KEYS).handler(this::refuseUnknownHost);
    router.route().order(BEFORE_KEYS + 1).handler(this::refuseOtherSites);
    router.route().order(BEHIND_KEYS).handler(SiteBorders::refuseOddPath);
  }

  private void refuseUnknownHost(RoutingContext request) {
    HostAndPort authority = request.request().authority();
    if (authority != null && hosts.has(authority.host()) && hasOwnTarget(request.request())) {
      request.next();
      return;
    }
    refuse(
        request,
        Reason.ACCESS_HOST_UNKNOWN,
        "Host: %s (expected: %s)"
            .formatted(authority == null ? "none" : shortened(authority.host()), hosts.expected()));
  }

  /** A request to a proxy names the host once more, before the path (RFC 9112, 3.2.2). */
  private boolean hasOwnTarget(HttpServerRequest request) {
    String target = request.uri();
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme < 0) {
      return true;
    }
    String behind = target.substring(scheme + "://".length());
    HostAndPort named = HostAndPort.parseAuthority(behind.split("[/?#]", 2)[0], -1);
    return named != null && hosts.has(named.host());
  }

  private void refuseOtherSites(RoutingContext request) {
    HttpServerRequest http = request.request();
    for (String name : List.of(ORIGIN, SITE)) {
      int count = http.headers().getAll(name).size();
      if (count > 1) {
        refuse(
            request,
            Reason.ACCESS_CROSS_SITE,
            "%s: %d headers (expected: at most 1)".formatted(name, count));
        return;
      }
    }
    String origin = http.getHeader(ORIGIN);
    String site = http.getHeader(SITE);
    if (origins.mayAct(http.method().name(), String.valueOf(http.authority()), origin, site)) {
      request.next();
      return;
    }
    refuse(
        request,
        Reason.ACCESS_CROSS_SITE,
        "Origin: %s (expected: the gateway's own page, or one of vignette.access.origins)"
            .formatted(origin == null ? "another site" : shortened(origin)));
  }

  private static void refuseOddPath(RoutingContext request) {
    if (PlainPath.is(request.request().path())) {
      request.next();
      return;
    }
    HttpBorders.refuse(
        request,
        Problem.of(
            Reason.REQUEST_INVALID,
            404,
            "path: with parameters, encoded characters, dots or empty segments (expected:"
                + " /v1/captions, /v1/captions/{id} or /v1/models)",
            request.normalizedPath()));
  }

  private static void refuse(RoutingContext request, Reason reason, String detail) {
    HttpBorders.refuse(request, Problem.of(reason, detail, request.normalizedPath()));
  }

  private static @Nullable String shortened(@Nullable String text) {
    return text == null || text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}

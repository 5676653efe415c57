package io.vignette.gateway.api;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be seen without a key: the page, health, metrics and the OpenAPI document. All else
 * needs an identity, what is not there too, so that a path nobody thought of is closed.
 *
 * <p>Stands before every route. The resources ask for an identity once more. Thread-safe.
 */
@ApplicationScoped
public class OpenPaths implements HttpSecurityPolicy {
  /** One by one: the server has health checks of any name, and metrics at any path below theirs. */
  private static final Set<String> PATHS =
      Set.of(
          "/",
          "/index.html",
          "/vignette.css",
          "/vignette.js",
          "/q/health",
          "/q/health/live",
          "/q/health/ready",
          "/q/health/started",
          "/q/metrics",
          "/q/openapi");

  private static final String SWAGGER_UI = "/q/swagger-ui";

  @Override
  public Uni<CheckResult> checkPermission(
      RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
    return isOpen(request.request().path())
        ? CheckResult.permit()
        : identity.map(who -> who.isAnonymous() ? CheckResult.DENY : CheckResult.PERMIT);
  }

  /** Whether whoever asks may see it. */
  static boolean isOpen(@Nullable String path) {
    return path != null
        && PlainPath.is(path)
        && (PATHS.contains(path) || path.equals(SWAGGER_UI) || path.startsWith(SWAGGER_UI + "/"));
  }
}

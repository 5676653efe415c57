package io.vignette.gateway.api;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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
  private static final Set<String> PAGE =
      Set.of("/", "/index.html", "/vignette.css", "/vignette.js");

  /** One by one: the server answers for checks of any name. */
  private static final Set<String> HEALTH =
      Set.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started");

  private static final List<String> TREES = List.of("/q/metrics", "/q/openapi", "/q/swagger-ui");

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
        && (PAGE.contains(path)
            || HEALTH.contains(path)
            || TREES.stream().anyMatch(tree -> isIn(tree, path)));
  }

  private static boolean isIn(String tree, String path) {
    return path.equals(tree) || path.startsWith(tree + "/");
  }
}

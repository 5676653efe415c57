package io.vignette.gateway.api;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.access.Access;
import io.vignette.wire.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a request the identity of the tenant whose API key it has; of {@link Access#ANYBODY} where
 * there are no keys.
 *
 * <p>A request without a key, or with one that nobody has, stays anonymous: {@link OpenPaths} and
 * the resources themselves decide what that may see. Thread-safe.
 */
@ApplicationScoped
public class KeyAuthentication implements HttpAuthenticationMechanism {
  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String SCHEME = "Bearer";
  private static final int STATUS = Reason.ACCESS_DENIED.httpStatus();

  /** The sentence of every refusal. */
  static final String DETAIL =
      "API key: none that is known (expected: Authorization: Bearer KEY, or X-API-Key: KEY)";

  private final Access access;

  @Inject
  public KeyAuthentication(Access access) {
    this.access = access;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext request, IdentityProviderManager providers) {
    return Uni.createFrom().optional(tenantOf(request).map(KeyAuthentication::identity));
  }

  private Optional<String> tenantOf(RoutingContext request) {
    if (access.isOpen()) {
      return Optional.of(Access.ANYBODY);
    }
    List<String> authorizations = request.request().headers().getAll(HttpHeaders.AUTHORIZATION);
    List<String> apiKeys = request.request().headers().getAll("X-API-Key");
    // Two may be of two tenants, and a proxy may have looked at the other one.
    return authorizations.size() > 1 || apiKeys.size() > 1
        ? Optional.empty()
        : access.tenantOf(first(authorizations), first(apiKeys));
  }

  private static @Nullable String first(List<String> values) {
    return values.isEmpty() ? null : values.getFirst();
  }

  private static SecurityIdentity identity(String tenant) {
    return QuarkusSecurityIdentity.builder().setPrincipal(new QuarkusPrincipal(tenant)).build();
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext request) {
    return Uni.createFrom().item(new ChallengeData(STATUS, CHALLENGE, SCHEME));
  }

  /** Answers before a byte of the body is read. */
  @Override
  public Uni<Boolean> sendChallenge(RoutingContext request) {
    request.response().putHeader(CHALLENGE, SCHEME);
    HttpBorders.refuse(request, Problem.of(Reason.ACCESS_DENIED, DETAIL, request.normalizedPath()));
    return Uni.createFrom().item(true);
  }
}

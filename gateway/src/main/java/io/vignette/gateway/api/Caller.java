package io.vignette.gateway.api;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.access.Access;
import io.vignette.proto.v1.JobStatus;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * The tenant that sent the request which is being answered.
 *
 * <p>Fails closed: a request without an identity has no tenant, and sees no job.
 */
@RequestScoped
public class Caller {
  private final SecurityIdentity identity;
  private final Access access;

  @Inject
  public Caller(SecurityIdentity identity, Access access) {
    this.identity = identity;
    this.access = access;
  }

  /**
   * The tenant's name.
   *
   * @throws UnauthorizedException if nobody was authenticated; answered 401
   */
  String tenant() {
    if (identity.isAnonymous()) {
      throw new UnauthorizedException();
    }
    return identity.getPrincipal().getName();
  }

  /**
   * With API keys, only the tenant's own jobs: another one's is as unknown as one that is not
   * there. Without keys, every job.
   */
  boolean maySee(JobStatus status) {
    return access.isOpen() || tenant().equals(status.getIdentity().getTenant());
  }

  /** Whose request it is, before it has reached a resource; empty for nobody's. */
  static Optional<String> tenantOf(RoutingContext request) {
    return request.user() instanceof QuarkusHttpUser user
            && !user.getSecurityIdentity().isAnonymous()
        ? Optional.of(user.getSecurityIdentity().getPrincipal().getName())
        : Optional.empty();
  }
}

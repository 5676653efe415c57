package io.vignette.gateway.api;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vignette.gateway.access.Access;
import io.vignette.proto.v1.JobStatus;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;

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
}

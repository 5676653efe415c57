package io.vignette.gateway.api;

import io.vertx.ext.web.RoutingContext;
import io.vignette.gateway.access.Access;
import io.vignette.proto.v1.JobStatus;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Whoever sent the request that is being answered. */
@RequestScoped
public class Caller {
  private static final String TENANT = Caller.class.getName() + ".tenant";

  private final RoutingContext request;

  @Inject
  public Caller(RoutingContext request) {
    this.request = request;
  }

  /** Notes whose key the request has. */
  static void note(RoutingContext request, String tenant) {
    request.put(TENANT, tenant);
  }

  String tenant() {
    return told().orElse(Access.ANYBODY);
  }

  /** Of other tenants' jobs nobody learns that they exist, where tenants are told apart. */
  boolean maySee(JobStatus status) {
    return told().map(status.getIdentity().getTenant()::equals).orElse(true);
  }

  private Optional<String> told() {
    return Optional.ofNullable(request.get(TENANT));
  }
}

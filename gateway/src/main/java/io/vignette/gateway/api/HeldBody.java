package io.vignette.gateway.api;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.Objects;

/** The memory that is set aside for the body of the request that is being answered. */
@RequestScoped
public class HeldBody {
  private static final String SHARE = HeldBody.class.getName() + ".share";

  private final RoutingContext request;

  @Inject
  public HeldBody(RoutingContext request) {
    this.request = request;
  }

  static void note(RoutingContext request, BodyBudget.Share share) {
    request.put(SHARE, share);
  }

  /** For as long as the body is worked on, though its sender may be gone; close it then. */
  BodyBudget.Share use() {
    return Objects.requireNonNull(request.<BodyBudget.Share>get(SHARE), SHARE).use();
  }
}

package io.vignette.gateway.api;

import io.quarkus.arc.ClientProxy;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.util.Objects;

/** The memory that is set aside for the body of the request that is being answered. */
@RequestScoped
public class HeldBody {
  private static final String SHARE = HeldBody.class.getName() + ".share";

  private final RoutingContext request;

  @Inject
  public HeldBody(RoutingContext request) {
    // Streams ask when the request's scope may have ended already.
    this.request = ClientProxy.unwrap(request);
  }

  static void note(RoutingContext request, BodyBudget.Share share) {
    request.put(SHARE, share);
  }

  /**
   * Notes that so many bytes have come.
   *
   * @throws BodyBudget.FullException if there is no room for them
   */
  void hold(long bytes) throws BodyBudget.FullException {
    BodyBudget.Share share = request.get(SHARE);
    if (share != null && !share.hold(bytes)) {
      throw new BodyBudget.FullException(bytes);
    }
  }

  /** Whether nobody waits for an answer: the client is gone, or was answered while it sent. */
  boolean isAbandoned() {
    return request.response().closed() || request.response().ended();
  }

  /** The body, which is counted here while it is read. */
  InputStream counted(InputStream body, long bytesMax) {
    return new CountedBody(body, bytesMax, this, request);
  }

  /** For as long as the body is worked on, though its sender may be gone; close it then. */
  BodyBudget.Share use() {
    return Objects.requireNonNull(request.<BodyBudget.Share>get(SHARE), SHARE).use();
  }
}

package io.vignette.gateway.api;

import io.quarkus.arc.ClientProxy;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * The largest body of a request, held to while it is read, whether it is JSON or a form.
 *
 * <p>A little below the server's own limit: the server answers an oversized body without a problem
 * document, and has counted up to a buffer more than we have.
 */
@ApplicationScoped
public class BodyLimit {
  private static final long MARGIN_BYTES = 256 * 1024;

  private final long bytesMax;

  private final HeldBody heldBody;

  @Inject
  public BodyLimit(
      HeldBody heldBody,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize serverBytesMax) {
    this.heldBody = heldBody;
    this.bytesMax = serverBytesMax.asLongValue() - MARGIN_BYTES;
  }

  long bytesMax() {
    return bytesMax;
  }

  /** The length that a request says it has; empty where it says none. */
  static Optional<Long> announced(RoutingContext request) {
    String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return Optional.ofNullable(length).map(Long::valueOf);
    } catch (NumberFormatException e) {
      return Optional.empty(); // Over HTTP/1 the server itself refuses it.
    }
  }

  /** Whether a request says that its body is a small one. */
  static boolean isShort(RoutingContext request) {
    return announced(request).orElse(Long.MAX_VALUE) <= BodyBudget.SMALL_BYTES;
  }

  /**
   * Lets the body fail with {@link ExceededException} where it goes on for too long, and with
   * {@link BodyBudget.FullException} where there is no memory for what comes.
   */
  @ServerRequestFilter
  public void bound(ContainerRequestContext request) {
    if (request.getMethod().equals(HttpMethod.POST)) {
      request.setEntityStream(
          ClientProxy.unwrap(heldBody).counted(request.getEntityStream(), bytesMax));
    }
  }

  /** A body was larger than the limit. */
  public static final class ExceededException extends IOException {
    ExceededException(long bytesMax) {
      super("body: more than " + bytesMax + " bytes (expected: at most " + bytesMax + ")");
    }
  }
}

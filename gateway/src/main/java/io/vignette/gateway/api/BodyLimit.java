package io.vignette.gateway.api;

import io.quarkus.arc.ClientProxy;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  /**
   * Lets the body fail with {@link ExceededException} where it goes on for too long, and with
   * {@link BodyBudget.FullException} where there is no memory for what comes.
   */
  @ServerRequestFilter
  public void bound(ContainerRequestContext request) {
    if (request.getMethod().equals(HttpMethod.POST)) {
      request.setEntityStream(
          new Limited(request.getEntityStream(), bytesMax, ClientProxy.unwrap(heldBody)));
    }
  }

  /** A body was larger than the limit. */
  public static final class ExceededException extends IOException {
    ExceededException(long bytesMax) {
      super("body: more than " + bytesMax + " bytes (expected: at most " + bytesMax + ")");
    }
  }

  private static final class Limited extends FilterInputStream {
    private final long bytesMax;
    private final HeldBody held;
    private long bytes;
    private boolean isEnded;

    private Limited(InputStream body, long bytesMax, HeldBody held) {
      super(body);
      this.held = held;
      this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? -1 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      count(count);
      return count;
    }

    /**
     * Reads what is left of a small body, so that its connection can be kept. The stream below
     * would read a large or endless one to its end, too, before the answer is written.
     */
    @Override
    public void close() throws IOException {
      if (isEnded || held.isShort()) {
        super.close();
      } else {
        held.leaveTheRest();
      }
    }

    private void count(int more) throws IOException {
      bytes += Math.max(0, more);
      isEnded |= more < 0;
      if (bytes > bytesMax) {
        held.leaveTheRest();
        throw new ExceededException(bytesMax);
      }
      try {
        held.hold(bytes);
      } catch (BodyBudget.FullException e) {
        held.leaveTheRest();
        throw e;
      }
    }
  }
}

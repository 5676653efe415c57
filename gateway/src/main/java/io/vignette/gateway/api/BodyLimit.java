package io.vignette.gateway.api;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  @Inject
  public BodyLimit(
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize serverBytesMax) {
    this.bytesMax = serverBytesMax.asLongValue() - MARGIN_BYTES;
  }

  long bytesMax() {
    return bytesMax;
  }

  /** Lets the body fail with {@link ExceededException} where it goes on for too long. */
  @ServerRequestFilter
  public void bound(ContainerRequestContext request) {
    if (request.getMethod().equals(HttpMethod.POST)) {
      request.setEntityStream(new Limited(request.getEntityStream(), bytesMax));
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
    private long bytes;

    private Limited(InputStream body, long bytesMax) {
      super(body);
      this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      count(count);
      return count;
    }

    private void count(int more) throws ExceededException {
      bytes += Math.max(0, more);
      if (bytes > bytesMax) {
        throw new ExceededException(bytesMax);
      }
    }
  }
}

package io.vignette.images.source;

import io.vignette.images.ImageRejectedException;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;

/**
 * An HTTP client that is made anew after a fault of its own: the library closes its pool for good
 * when an {@link Error} passes through it, and every later request would fail.
 *
 * <p>Thread-safe. Requests under way on a client that is replaced end with an exception.
 */
final class RenewableClient implements AutoCloseable {
  private final Supplier<CloseableHttpClient> maker;
  private CloseableHttpClient current;
  private boolean closed;

  /** One use of the client. */
  @FunctionalInterface
  interface Use {
    byte[] of(CloseableHttpClient client) throws IOException, ImageRejectedException;
  }

  RenewableClient(Supplier<CloseableHttpClient> maker) {
    this.maker = maker;
    this.current = maker.get();
  }

  /** Uses the client; one that throws what no server's answer can cause is replaced. */
  byte[] use(Use use) throws IOException, ImageRejectedException {
    CloseableHttpClient client = current();
    try {
      return use.of(client);
    } catch (RuntimeException | Error e) {
      replace(client);
      throw e;
    }
  }

  private synchronized CloseableHttpClient current() {
    return current;
  }

  private synchronized void replace(CloseableHttpClient broken) {
    if (current == broken && !closed) {
      current = maker.get();
      broken.close(CloseMode.IMMEDIATE);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.close(CloseMode.GRACEFUL);
  }
}

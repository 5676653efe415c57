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
 * <p>Thread-safe. What a server's answer causes replaces nothing: others' requests are under way on
 * the same client.
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

  /** Uses the client; one that is of no use any more is replaced. */
  byte[] use(Use use) throws IOException, ImageRejectedException {
    CloseableHttpClient client = current();
    try {
      return use.of(client);
    } catch (Error e) {
      replace(client);
      throw e;
    } catch (IllegalStateException e) {
      replace(client); // What the library says of a pool that is closed.
      throw e;
    }
  }

  private synchronized CloseableHttpClient current() {
    return current;
  }

  private synchronized void replace(CloseableHttpClient broken) {
    if (current == broken && !closed) {
      current = maker.get();
      broken.close(CloseMode.GRACEFUL);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.close(CloseMode.GRACEFUL);
  }
}

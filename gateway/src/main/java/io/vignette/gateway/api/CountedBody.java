package io.vignette.gateway.api;

import io.vertx.ext.web.RoutingContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body whose bytes are counted while they are read: against the longest body, and in the memory
 * that is set aside for it.
 *
 * <p>One thread reads; any thread may {@linkplain #abandon give it up}, which ends a read that
 * waits for bytes. The server does not do that for a stream of HTTP/2 that it has reset itself.
 */
final class CountedBody extends FilterInputStream {
  private static final String NAME = CountedBody.class.getName();

  private final RoutingContext request;
  private final HeldBody held;
  private final long bytesMax;
  private long bytes;
  private boolean isEnded;

  // Guarded by this.
  private @Nullable Thread reader;
  private boolean isAbandoned;

  CountedBody(InputStream body, long bytesMax, HeldBody held, RoutingContext request) {
    super(body);
    this.bytesMax = bytesMax;
    this.held = held;
    this.request = request;
    request.put(NAME, this);
  }

  /** Lets whoever reads the body of the request fail at once. */
  static void abandon(RoutingContext request) {
    CountedBody body = request.get(NAME);
    if (body != null) {
      body.abandon();
    }
  }

  private synchronized void abandon() {
    isAbandoned = true;
    if (reader != null) {
      reader.interrupt();
    }
  }

  @Override
  public int read() throws IOException {
    begin();
    try {
      int next = super.read();
      count(next < 0 ? -1 : 1);
      return next;
    } finally {
      end();
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    begin();
    try {
      int count = super.read(buffer, offset, length);
      count(count);
      return count;
    } finally {
      end();
    }
  }

  private synchronized void begin() throws IOException {
    if (isAbandoned) {
      throw new IOException("body: given up by the server");
    }
    reader = Thread.currentThread();
  }

  private synchronized void end() {
    reader = null;
    if (isAbandoned) {
      Thread.interrupted(); // It was meant for the read alone.
    }
  }

  private void count(int more) throws IOException {
    bytes += Math.max(0, more);
    isEnded |= more < 0;
    if (bytes > bytesMax) {
      EarlyAnswer.prepareToCut(request);
      throw new BodyLimit.ExceededException(bytesMax);
    }
    try {
      held.hold(bytes);
    } catch (BodyBudget.FullException e) {
      EarlyAnswer.prepareToCut(request);
      throw e;
    }
  }

  /**
   * Reads what is left of a small body, so that its connection can be kept. The stream below would
   * read a large or endless one to its end, too, before the answer is written.
   */
  @Override
  public void close() throws IOException {
    if (isEnded) {
      super.close();
    } else if (BodyLimit.isShort(request)) {
      transferTo(OutputStream.nullOutputStream());
      super.close();
    } else {
      EarlyAnswer.prepareToCut(request);
    }
  }
}

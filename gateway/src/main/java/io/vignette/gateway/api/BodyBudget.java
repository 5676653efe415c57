package io.vignette.gateway.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of request bodies that may be held at once: a quarter of the heap, because an upload is
 * held several times over; a single body always may. Thread-safe.
 */
@ApplicationScoped
public class BodyBudget {
  private static final int PART_OF_HEAP = 4;

  private final AtomicLong held = new AtomicLong();
  private final long bytesMax;

  public BodyBudget() {
    this(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  long bytesMax() {
    return bytesMax;
  }

  /** Whether there is room; who was told so gives the bytes back. */
  boolean take(long bytes) {
    long now = held.addAndGet(bytes);
    if (now <= bytesMax || now == bytes) {
      return true;
    }
    giveBack(bytes);
    return false;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }
}

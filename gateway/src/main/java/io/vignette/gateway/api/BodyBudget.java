package io.vignette.gateway.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of request bodies that may be held at once: a quarter of the heap, because an upload is
 * held several times over; a single body always may. Small bodies aren't counted, so that large
 * ones can't shut them out. Thread-safe.
 */
@ApplicationScoped
public class BodyBudget {
  /** Larger ones are counted. */
  static final long SMALL_BYTES = 1 << 20;

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

  /** Room for a body; empty where there is none. */
  Optional<Share> take(long bytes) {
    long counted = bytes > SMALL_BYTES ? bytes : 0;
    long before = held.get();
    while (fits(before, counted)) {
      if (held.compareAndSet(before, before + counted)) {
        return Optional.of(new Share(counted));
      }
      before = held.get();
    }
    return Optional.empty();
  }

  private boolean fits(long before, long bytes) {
    return bytes == 0 || before == 0 || before + bytes <= bytesMax;
  }

  /** What is set aside for one body, until it is closed. */
  final class Share implements AutoCloseable {
    private final AtomicLong bytes;
    private final AtomicBoolean inUse = new AtomicBoolean();

    private Share(long bytes) {
      this.bytes = new AtomicLong(bytes);
    }

    /** From now on the end of the request frees nothing: whoever works on the body does. */
    Share use() {
      inUse.set(true);
      return this;
    }

    /** The request has ended, or its connection. */
    void requestEnded() {
      if (!inUse.get()) {
        close();
      }
    }

    @Override
    public void close() {
      held.addAndGet(-bytes.getAndSet(0));
    }
  }
}

package io.vignette.gateway.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes of request bodies that may be held at once. Thread-safe.
 *
 * <p>What counts is what has come, not what was announced: who announces much and sends nothing
 * holds nothing. Bodies above 1 MiB share a quarter of the heap, because an upload is held several
 * times over; smaller ones share another eighth, so that large ones can't shut them out. Where
 * tenants are told apart, each may hold half of either. A body that is alone always may go on,
 * whatever its size.
 */
@ApplicationScoped
public class BodyBudget {
  /** Larger ones are large. */
  static final long SMALL_BYTES = 1 << 20;

  /** Bodies grow by it, so that not every buffer asks. */
  private static final long STEP_BYTES = 64 << 10;

  private static final int PART_OF_HEAP = 4;
  private static final int PART_FOR_SMALL = 2;
  private static final int PART_FOR_TENANT = 2;

  private final long bytesMax;
  private final Pool large;
  private final Pool small;

  public BodyBudget() {
    this(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
    this.large = new Pool(bytesMax);
    this.small = new Pool(bytesMax / PART_FOR_SMALL);
  }

  /** What large bodies may hold together. */
  long bytesMax() {
    return bytesMax;
  }

  /** What all bodies hold together. */
  synchronized long heldBytes() {
    return large.held + small.held;
  }

  /**
   * A share that holds nothing yet.
   *
   * @param tenant who sends the body; empty where nobody is told apart
   */
  Share open(Optional<String> tenant) {
    return new Share(tenant);
  }

  /** A body found no room beside those that are there. */
  static final class FullException extends IOException {
    private static final long serialVersionUID = 1;

    FullException(long bytes) {
      super(detail(bytes));
    }

    static String detail(long bytes) {
      return "body: %d bytes beside those of others (expected: as many as there is memory for)"
          .formatted(bytes);
    }
  }

  /** Bodies of one kind. Guarded by the budget. */
  private static final class Pool {
    private final long bytesMax;
    private final Map<String, Long> heldByTenant = new HashMap<>();
    private long held;

    private Pool(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    /** Whether a body that holds {@code own} bytes here may hold {@code wanted}. */
    private boolean fits(Optional<String> tenant, long own, long wanted) {
      return fits(held, own, wanted, bytesMax)
          && tenant
              .map(name -> fits(heldBy(name), own, wanted, bytesMax / PART_FOR_TENANT))
              .orElse(true);
    }

    private static boolean fits(long held, long own, long wanted, long bytesMax) {
      return held == own || held - own + wanted <= bytesMax;
    }

    private long heldBy(String tenant) {
      return heldByTenant.getOrDefault(tenant, 0L);
    }

    private void add(Optional<String> tenant, long bytes) {
      held += bytes;
      tenant.ifPresent(
          name ->
              heldByTenant.compute(
                  name,
                  (same, before) -> {
                    long after = (before == null ? 0 : before) + bytes;
                    return after == 0 ? null : after;
                  }));
    }
  }

  /** What one body holds, until it is closed. Thread-safe. */
  final class Share implements AutoCloseable {
    private final Optional<String> tenant;
    private long bytes;
    private boolean inUse;
    private boolean isClosed;

    private Share(Optional<String> tenant) {
      this.tenant = tenant;
    }

    /** Whether so many bytes would find room now. */
    boolean mayHold(long wanted) {
      synchronized (BodyBudget.this) {
        Pool pool = poolOf(wanted);
        return pool.fits(tenant, pool == poolOf(bytes) ? bytes : 0, wanted);
      }
    }

    /**
     * Holds at least so many bytes from now on; false, and nothing changes, if there is no room.
     */
    boolean hold(long wanted) {
      synchronized (BodyBudget.this) {
        if (wanted <= bytes || isClosed) {
          return true;
        }
        long rounded = Math.ceilDiv(wanted, STEP_BYTES) * STEP_BYTES;
        if (!mayHold(rounded)) {
          return false;
        }
        poolOf(bytes).add(tenant, -bytes);
        poolOf(rounded).add(tenant, rounded);
        bytes = rounded;
        return true;
      }
    }

    /** From now on the end of the request frees nothing: whoever works on the body does. */
    Share use() {
      synchronized (BodyBudget.this) {
        inUse = true;
        return this;
      }
    }

    /** The request has ended, or its connection. */
    void requestEnded() {
      synchronized (BodyBudget.this) {
        if (!inUse) {
          close();
        }
      }
    }

    @Override
    public void close() {
      synchronized (BodyBudget.this) {
        poolOf(bytes).add(tenant, -bytes);
        bytes = 0;
        isClosed = true;
      }
    }

    private Pool poolOf(long size) {
      return size > SMALL_BYTES ? large : small;
    }
  }
}

package io.vignette.worker.lease;

import io.vignette.worker.lease.LeaseConfig.Source;
import java.time.Duration;

/**
 * Bounds of a {@link JobSource}.
 *
 * @param source how workers share the jobs; with consumer groups only the backoff counts, and what
 *     a lane holds follows from the engine
 * @param bulkLanes lanes on bulk jobs, from 1
 * @param recordsPerFetch most jobs a bulk lane holds, from 1
 * @param permits most jobs held by all lanes
 * @param interactiveReserve permits that bulk lanes never take; as many jobs the interactive lane
 *     holds, or as many as a bulk lane if that is more
 * @param pollTimeout longest wait of one poll; bounds how late a lane notices a stop
 * @param backoff wait after a lane lost its consumer, and of a job whose handling failed, doubling
 *     with its deliveries up to eight times, within its lease and its lane's bounds
 */
public record LeaseSettings(
    Source source,
    int bulkLanes,
    int recordsPerFetch,
    int permits,
    int interactiveReserve,
    Duration pollTimeout,
    Duration backoff) {

  public LeaseSettings {
    require("bulk lanes", bulkLanes, 1);
    require("records per fetch", recordsPerFetch, 1);
    require("interactive reserve", interactiveReserve, 0);
    // A lane polls with a whole fetch of permits: fewer would never let it.
    require("permits", permits, interactiveReserve + recordsPerFetch);
  }

  /** Permits for all lanes at once: one fetch for each, one job for the solo lane. */
  public static LeaseSettings of(int bulkLanes, int recordsPerFetch) {
    return of(Source.SHARE_GROUP, bulkLanes, recordsPerFetch);
  }

  /** The same with this source. */
  public static LeaseSettings of(Source source, int bulkLanes, int recordsPerFetch) {
    return new LeaseSettings(
        source,
        bulkLanes,
        recordsPerFetch,
        (bulkLanes + 1) * recordsPerFetch + 1,
        recordsPerFetch,
        Duration.ofMillis(250),
        Duration.ofSeconds(1));
  }

  /**
   * The same, but bulk lanes that hold about {@code heldMax} jobs together where that is less, each
   * the same number and at least one: smaller fetches end sooner, and their lanes are less in step.
   */
  public LeaseSettings fittedTo(int heldMax) {
    int records = Math.clamp(Math.ceilDiv(heldMax, bulkLanes), 1, recordsPerFetch);
    return new LeaseSettings(
        source,
        bulkLanes,
        records,
        Math.min(permits, bulkLanes * records + interactiveReserve + 1),
        interactiveReserve,
        pollTimeout,
        backoff);
  }

  private static void require(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d (expected: at least %d)".formatted(what, value, least));
    }
  }
}

package io.vignette.worker.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How a worker leases jobs. */
@ConfigMapping(prefix = "vignette.lease")
public interface LeaseConfig {

  /**
   * Lanes on bulk jobs. Too low: the engine idles while a lane waits for its slowest job. Too high:
   * members of the share group are used up. Range: from 1. Reloadable: no.
   */
  @WithDefault("2")
  int bulkLanes();

  /**
   * Most jobs a lane holds, about the engine's batch. Too low: batches stay small. Too high: more
   * work is redone after a crash. Range: from 1. Reloadable: no.
   */
  @WithDefault("32")
  int recordsPerFetch();

  /**
   * Deliveries after which the broker drops a record, as configured there. A job fails in words one
   * delivery before. Range: from 2. Reloadable: no.
   */
  @WithDefault("5")
  int deliveryLimit();

  default LeaseSettings settings() {
    return LeaseSettings.of(bulkLanes(), recordsPerFetch());
  }
}

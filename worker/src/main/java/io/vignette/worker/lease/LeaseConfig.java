package io.vignette.worker.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How a worker leases jobs. */
@ConfigMapping(prefix = "vignette.lease")
public interface LeaseConfig {

  /**
   * Lanes on bulk jobs. From 1, default 2. Too low: the engine idles while a lane waits for its
   * slowest job. Too high: members of the share group are used up. Reloadable: no.
   */
  @WithDefault("2")
  int bulkLanes();

  /**
   * Most jobs a lane holds, about the engine's batch. From 1, default 32. Too low: batches stay
   * small. Too high: more work is redone after a crash. Reloadable: no.
   */
  @WithDefault("32")
  int recordsPerFetch();

  /**
   * Deliveries after which the broker drops a record, as configured there. From 2, default 5. A job
   * fails in words one delivery before. Reloadable: no.
   */
  @WithDefault("5")
  int deliveryLimit();

  default LeaseSettings settings() {
    return LeaseSettings.of(bulkLanes(), recordsPerFetch());
  }
}

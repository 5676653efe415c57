package io.vignette.worker.lease;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How a worker leases jobs. */
@ConfigMapping(prefix = "vignette.lease")
public interface LeaseConfig {

  /**
   * How workers share the jobs. {@code share-group}: any number of workers have work; brokers from
   * Kafka 4.2 on. {@code consumer-group}: at most as many workers as {@code
   * vignette.topics.job-partitions} have work; any broker. {@code alone}: there is one worker,
   * which has all of it. Reloadable: no.
   */
  @WithDefault("share-group")
  Source source();

  /**
   * Lanes on bulk jobs. Too low: the engine idles while lanes wait for their slowest jobs. Too
   * high: members of the share group are used up. Range: from 1. Reloadable: no.
   */
  @WithDefault("6")
  int bulkLanes();

  /**
   * Most jobs a lane holds, about the engine's batch; fewer where all bulk lanes together hold
   * three times what the engine works on at once. Too low: batches stay small. Too high: more work
   * is redone after a crash. Range: from 1. Reloadable: no.
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
    return LeaseSettings.of(source(), bulkLanes(), recordsPerFetch());
  }

  /** How workers share the jobs. */
  enum Source {
    /** Kafka share groups: more workers than partitions have work. */
    SHARE_GROUP,
    /** Kafka consumer groups: for brokers without share groups. */
    CONSUMER_GROUP,
    /** Not at all: there is one worker, as in one JVM. */
    ALONE
  }
}

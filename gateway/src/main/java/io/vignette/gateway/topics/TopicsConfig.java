package io.vignette.gateway.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vignette.gateway.config.PositiveDuration;
import java.time.Duration;

/** How topics are made where they do not exist yet. */
@ConfigMapping(prefix = "vignette.topics")
public interface TopicsConfig {

  /**
   * Partitions of each jobs topic. From 1, default 3. Too low: partitions × 2000 leases do not
   * cover what the workers hold. Too high: a dead worker's partition waits for its session to end.
   * An existing topic must agree. Reloadable: no.
   */
  @WithDefault("3")
  int jobPartitions();

  /**
   * Partitions of the job events and of what the ledger keeps by job. From 1, default 12. Too low:
   * fewer ledger threads can share the work. Too high: every commit of the ledger touches more of
   * them. An existing topic must agree. Reloadable: no.
   */
  @WithDefault("12")
  int eventPartitions();

  /**
   * Copies of each record, at most the number of brokers. From 1, default 3. Too low: a lost broker
   * loses jobs. Too high: disk. Applies to new topics. Reloadable: no.
   */
  @WithDefault("3")
  short replicationFactor();

  /**
   * How long jobs and their events are kept: the longest deadline and 24 h. Default 48 h. Too low:
   * open jobs vanish. Too high: disk. Applies to new topics. Reloadable: no.
   */
  @WithDefault("48h")
  @WithConverter(PositiveDuration.class)
  Duration jobRetention();

  /** How long results are kept. Default 7 days. Applies to new topics. Reloadable: no. */
  @WithDefault("7d")
  @WithConverter(PositiveDuration.class)
  Duration resultRetention();

  /** How long dead jobs are kept. Default 30 days. Applies to new topics. Reloadable: no. */
  @WithDefault("30d")
  @WithConverter(PositiveDuration.class)
  Duration deadRetention();

  /**
   * How long the last state of a job is kept for gateways that start. Default 25 h. Too low: a
   * restarted gateway answers 404 for finished jobs. Applies to new topics. Reloadable: no.
   */
  @WithDefault("25h")
  @WithConverter(PositiveDuration.class)
  Duration statusRetention();

  /**
   * How long a worker may hold a job before it goes to another. From 15 s to the broker's limit (60
   * s unless raised), default 60 s. Set on the share groups at every start. Reloadable: no.
   */
  @WithDefault("60s")
  @WithConverter(PositiveDuration.class)
  Duration leaseTime();
}

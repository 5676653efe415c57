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
   * Partitions of each jobs topic. Too low: partitions × 2000 leases do not cover what the workers
   * hold. Too high: a dead worker's partition waits for its session to end. An existing topic must
   * agree. Range: from 1. Reloadable: no.
   */
  @WithDefault("3")
  int jobPartitions();

  /**
   * Partitions of the job events and of what the ledger keeps by job. Too low: fewer ledger threads
   * can share the work. Too high: every commit of the ledger touches more of them. An existing
   * topic must agree. Range: from 1. Reloadable: no.
   */
  @WithDefault("12")
  int eventPartitions();

  /**
   * Copies of each record. Too low: a lost broker loses jobs. Too high: disk. Applies to new
   * topics. Range: from 1; where there are fewer brokers, their number. Reloadable: no.
   */
  @WithDefault("3")
  short replicationFactor();

  /**
   * How long jobs and their events are kept: the longest deadline and 24 h. Too low: open jobs
   * vanish. Too high: disk. Applies to new topics. Range: from 1 ms. Reloadable: no.
   */
  @WithDefault("48h")
  @WithConverter(PositiveDuration.class)
  Duration jobRetention();

  /** How long results are kept. Applies to new topics. Range: from 1 ms. Reloadable: no. */
  @WithDefault("7d")
  @WithConverter(PositiveDuration.class)
  Duration resultRetention();

  /** How long dead jobs are kept. Applies to new topics. Range: from 1 ms. Reloadable: no. */
  @WithDefault("30d")
  @WithConverter(PositiveDuration.class)
  Duration deadRetention();

  /**
   * How long a worker may hold a job before it goes to another. Set on the share groups at every
   * start. Range: 15 s to the broker's limit (60 s unless raised). Reloadable: no.
   */
  @WithDefault("60s")
  @WithConverter(PositiveDuration.class)
  Duration leaseTime();
}

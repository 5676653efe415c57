package io.vignette.ledger.topology;

import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a ledger runs.
 *
 * @param applicationId consumer group, transactional id prefix and prefix of internal topics
 * @param stateDir folder of Streams' own small files; one process at a time. Entries are in memory
 * @param retention how long a job's entry outlives its end. At least as long as the job and its
 *     events stay on their topics, or a late duplicate would make a second result. Default 72 h
 * @param instanceId static membership of the group, for a service with a stable name: its restart
 *     moves nothing, but a clean scale-down then looks like a crash for one session (6 s)
 * @param threads stream threads, at least 1. More than the events have partitions, among all
 *     ledgers of this id, have nothing to do. Default 1
 * @param replicationFactor of the changelog topic; -1 = the broker's default
 * @param jsonResults whether every result goes to the topic of JSON results too. Default false. May
 *     be switched at any start: it changes nothing that the ledger keeps
 */
public record LedgerConfig(
    String applicationId,
    Path stateDir,
    Duration retention,
    Optional<String> instanceId,
    int threads,
    int replicationFactor,
    boolean jsonResults) {

  public static final Duration DEFAULT_RETENTION = Duration.ofHours(72);

  public LedgerConfig {
    if (applicationId.isBlank()) {
      throw new IllegalArgumentException(
          "ledger application id: '" + applicationId + "' (expected: not blank)");
    }
    if (!retention.isPositive()) {
      throw new IllegalArgumentException("ledger retention: " + retention + " (expected: > 0)");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("ledger threads: " + threads + " (expected: at least 1)");
    }
    if (replicationFactor == 0 || replicationFactor < -1) {
      throw new IllegalArgumentException(
          "ledger replication factor: " + replicationFactor + " (expected: -1 or at least 1)");
    }
  }

  /** The usual ledger of {@code topics}: one thread, no static membership, 72 h, no JSON. */
  public static LedgerConfig of(Topics topics, Path stateDir) {
    return new LedgerConfig(
        Ledger.applicationId(topics), stateDir, DEFAULT_RETENTION, Optional.empty(), 1, -1, false);
  }

  public LedgerConfig withRetention(Duration retention) {
    return new LedgerConfig(
        applicationId, stateDir, retention, instanceId, threads, replicationFactor, jsonResults);
  }

  public LedgerConfig withInstanceId(String instanceId) {
    return new LedgerConfig(
        applicationId,
        stateDir,
        retention,
        Optional.of(instanceId),
        threads,
        replicationFactor,
        jsonResults);
  }

  public LedgerConfig withThreads(int threads) {
    return new LedgerConfig(
        applicationId, stateDir, retention, instanceId, threads, replicationFactor, jsonResults);
  }

  public LedgerConfig withReplicationFactor(int replicationFactor) {
    return new LedgerConfig(
        applicationId, stateDir, retention, instanceId, threads, replicationFactor, jsonResults);
  }

  public LedgerConfig withJsonResults(boolean jsonResults) {
    return new LedgerConfig(
        applicationId, stateDir, retention, instanceId, threads, replicationFactor, jsonResults);
  }
}

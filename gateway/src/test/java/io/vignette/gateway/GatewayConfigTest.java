package io.vignette.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.gateway.access.AccessConfig;
import io.vignette.gateway.admission.AdmissionLimits;
import io.vignette.gateway.blobs.BlobsConfig;
import io.vignette.gateway.expiry.ExpiryConfig;
import io.vignette.gateway.http.HttpConfig;
import io.vignette.gateway.ledger.LedgerHostConfig;
import io.vignette.gateway.queue.QueueConfig;
import io.vignette.gateway.secret.SecretConfig;
import io.vignette.gateway.status.StatusConfig;
import io.vignette.gateway.submission.SubmissionConfig;
import io.vignette.gateway.topics.TopicsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The defaults and keys of every configuration of the gateway. */
class GatewayConfigTest {

  @Test
  void defaultsOfTopics() {
    TopicsConfig topics = config(Map.of()).getConfigMapping(TopicsConfig.class);

    assertThat(topics.jobPartitions()).isEqualTo(3);
    assertThat(topics.eventPartitions()).isEqualTo(12);
    assertThat(topics.replicationFactor()).isEqualTo((short) 3);
    assertThat(topics.jobRetention()).isEqualTo(Duration.ofHours(48));
    assertThat(topics.resultRetention()).isEqualTo(Duration.ofDays(7));
    assertThat(topics.deadRetention()).isEqualTo(Duration.ofDays(30));
    assertThat(topics.leaseTime()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void defaultsOfSubmission() {
    SubmissionConfig submission = config(Map.of()).getConfigMapping(SubmissionConfig.class);

    assertThat(submission.inlineBytesMax()).isEqualTo(256 * 1024);
    assertThat(submission.limits()).isEqualTo(AdmissionLimits.defaults());
  }

  @Test
  void defaultsOfTableExpiryAndLedger() {
    SmallRyeConfig config = config(Map.of());
    StatusConfig status = config.getConfigMapping(StatusConfig.class);
    BlobsConfig blobs = config.getConfigMapping(BlobsConfig.class);
    ExpiryConfig expiry = config.getConfigMapping(ExpiryConfig.class);
    LedgerHostConfig ledger = config.getConfigMapping(LedgerHostConfig.class);

    assertThat(status.retention()).isEqualTo(Duration.ofHours(24));
    assertThat(status.entriesMax()).isEqualTo(1_000_000);
    assertThat(status.cleanInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(status.waitMax()).isEqualTo(Duration.ofSeconds(10));
    assertThat(blobs.sweepInterval()).isEqualTo(Duration.ofHours(1));
    assertThat(expiry.margin()).isEqualTo(Duration.ofSeconds(60));
    assertThat(expiry.interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(ledger.stateDir()).isEmpty();
    assertThat(ledger.instanceId()).isEmpty();
    assertThat(ledger.retention()).isEqualTo(Duration.ofHours(72));
    assertThat(ledger.threads()).isEqualTo(1);
    assertThat(ledger.jsonResults()).isFalse();
    assertThat(ledger.lagMax()).isEqualTo(Duration.ofSeconds(30));
    assertThat(ledger.flushTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(ledger.closeTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void defaultsOfTheQueue() {
    QueueConfig queue = config(Map.of()).getConfigMapping(QueueConfig.class);

    assertThat(queue.jobsMax()).isEqualTo(1_000_000);
    assertThat(queue.bytesMax()).isEqualTo(100L << 30);
    assertThat(queue.workMax()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void defaultsOfAccessAndSecret() {
    SmallRyeConfig config = config(Map.of());

    assertThat(config.getConfigMapping(AccessConfig.class).keysFile()).isEmpty();
    assertThat(config.getConfigMapping(AccessConfig.class).hosts()).isEmpty();
    assertThat(config.getConfigMapping(AccessConfig.class).origins()).isEmpty();
    assertThat(config.getConfigMapping(SecretConfig.class).file()).isEmpty();
  }

  @Test
  void listsAreSplitAtCommas() {
    SmallRyeConfig config =
        config(
            Map.of(
                "vignette.access.hosts", "captions.example,gateway",
                "vignette.access.origins", "https://app.example",
                "vignette.secret.file", "/run/secrets/secret"));

    AccessConfig access = config.getConfigMapping(AccessConfig.class);
    assertThat(access.hosts()).contains(List.of("captions.example", "gateway"));
    assertThat(access.origins()).contains(List.of("https://app.example"));
    assertThat(config.getConfigMapping(SecretConfig.class).file())
        .contains(Path.of("/run/secrets/secret"));
  }

  @Test
  void defaultsOfHttp() {
    HttpConfig http = config(Map.of()).getConfigMapping(HttpConfig.class);

    assertThat(http.connectionsMax()).isEqualTo(2000);
    assertThat(http.headTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(http.keepAliveTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(http.bodyPauseMax()).isEqualTo(Duration.ofSeconds(20));
    assertThat(http.bodyTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(http.answerTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(http.drainTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void keysAreInKebabCase() {
    SmallRyeConfig config =
        config(
            Map.of(
                "vignette.topics.job-partitions", "7",
                "vignette.status.entries-max", "5000",
                "vignette.submission.inline-bytes-max", "1",
                "vignette.expiry.margin", "1s",
                "vignette.http.body-pause-max", "3s",
                "vignette.ledger.instance-id", "gateway-0",
                "vignette.ledger.lag-max", "0s",
                "vignette.ledger.json-results", "true",
                "vignette.queue.bytes-max", "5000000000"));

    assertThat(config.getConfigMapping(TopicsConfig.class).jobPartitions()).isEqualTo(7);
    assertThat(config.getConfigMapping(QueueConfig.class).bytesMax()).isEqualTo(5_000_000_000L);
    assertThat(config.getConfigMapping(StatusConfig.class).entriesMax()).isEqualTo(5000);
    assertThat(config.getConfigMapping(SubmissionConfig.class).inlineBytesMax()).isEqualTo(1);
    assertThat(config.getConfigMapping(ExpiryConfig.class).margin()).hasSeconds(1);
    assertThat(config.getConfigMapping(HttpConfig.class).bodyPauseMax()).hasSeconds(3);
    assertThat(config.getConfigMapping(LedgerHostConfig.class).instanceId()).contains("gateway-0");
    assertThat(config.getConfigMapping(LedgerHostConfig.class).lagMax()).isZero();
    assertThat(config.getConfigMapping(LedgerHostConfig.class).jsonResults()).isTrue();
  }

  @Test
  void wrongValueIsNamed() {
    assertThatThrownBy(() -> config(Map.of("vignette.topics.job-partitions", "many")))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining("vignette.topics.job-partitions")
        .hasMessageContaining("many");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vignette.topics.job-retention",
        "vignette.topics.result-retention",
        "vignette.topics.dead-retention",
        "vignette.topics.lease-time",
        "vignette.submission.deadline-max",
        "vignette.status.retention",
        "vignette.status.clean-interval",
        "vignette.status.wait-max",
        "vignette.blobs.sweep-interval",
        "vignette.expiry.interval",
        "vignette.http.head-timeout",
        "vignette.http.keep-alive-timeout",
        "vignette.http.body-pause-max",
        "vignette.http.body-timeout",
        "vignette.http.answer-timeout",
        "vignette.ledger.retention",
        "vignette.queue.work-max"
      })
  void durationsThatMustPassAreRefusedAtZero(String key) {
    for (String value : List.of("0", "-1s", "PT0.0001S")) {
      refused(key, value, "at least 1 ms");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vignette.expiry.margin",
        "vignette.http.drain-timeout",
        "vignette.ledger.flush-timeout",
        "vignette.ledger.close-timeout"
      })
  void waitsMayBeZeroButNotNegative(String key) {
    refused(key, "-1s", "0 or more");
    assertThat(config(Map.of(key, "0s"))).isNotNull();
  }

  private static void refused(String key, String value, String expected) {
    assertThatThrownBy(() -> config(Map.of(key, value)))
        .isInstanceOf(ConfigValidationException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value + " (expected: " + expected + ")");
  }

  private static SmallRyeConfig config(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(AccessConfig.class)
        .withMapping(SecretConfig.class)
        .withMapping(TopicsConfig.class)
        .withMapping(SubmissionConfig.class)
        .withMapping(StatusConfig.class)
        .withMapping(BlobsConfig.class)
        .withMapping(ExpiryConfig.class)
        .withMapping(HttpConfig.class)
        .withMapping(LedgerHostConfig.class)
        .withMapping(QueueConfig.class)
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .build();
  }
}

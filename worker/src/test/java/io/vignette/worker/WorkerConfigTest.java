package io.vignette.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vignette.worker.drain.DrainConfig;
import io.vignette.worker.engine.openai.OpenAiConfig;
import io.vignette.worker.engine.openai.OpenAiSettings;
import io.vignette.worker.engine.triton.Endpoint;
import io.vignette.worker.engine.triton.TritonConfig;
import io.vignette.worker.engine.triton.TritonSettings;
import io.vignette.worker.lease.LeaseConfig;
import io.vignette.worker.pipeline.PipelineConfig;
import io.vignette.worker.preparation.PreparationConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The defaults and keys of every configuration of the worker. */
class WorkerConfigTest {

  @Test
  void defaults() {
    SmallRyeConfig config = config(Map.of());
    LeaseConfig lease = config.getConfigMapping(LeaseConfig.class);
    PipelineConfig attempt = config.getConfigMapping(PipelineConfig.class);
    PreparationConfig preparation = config.getConfigMapping(PreparationConfig.class);

    assertThat(lease.bulkLanes()).isEqualTo(6);
    assertThat(lease.recordsPerFetch()).isEqualTo(32);
    assertThat(lease.deliveryLimit()).isEqualTo(5);
    assertThat(attempt.budget()).isEqualTo(Duration.ofSeconds(45));
    assertThat(attempt.max()).isEqualTo(5);
    assertThat(preparation.threads()).isEmpty();
    assertThat(preparation.threadCount()).isPositive();
    assertThat(preparation.largeFromPixels()).isEqualTo(16_000_000);
    assertThat(preparation.scaledDecode()).isFalse();
    assertThat(config.getConfigMapping(DrainConfig.class).timeout())
        .isEqualTo(Duration.ofSeconds(20));
    assertThat(config.getConfigMapping(WorkerConfig.class).name())
        .endsWith("-" + ProcessHandle.current().pid());
  }

  @Test
  void keysAreInKebabCase() {
    SmallRyeConfig config =
        config(
            Map.of(
                "vignette.lease.bulk-lanes", "4",
                "vignette.lease.records-per-fetch", "8",
                "vignette.lease.delivery-limit", "7",
                "vignette.attempt.budget", "10s",
                "vignette.preparation.large-from-pixels", "1000",
                "vignette.preparation.scaled-decode", "true",
                "vignette.worker.id", "w-1"));
    LeaseConfig lease = config.getConfigMapping(LeaseConfig.class);

    assertThat(lease.deliveryLimit()).isEqualTo(7);
    assertThat(lease.settings().bulkLanes()).isEqualTo(4);
    assertThat(lease.settings().recordsPerFetch()).isEqualTo(8);
    assertThat(config.getConfigMapping(PipelineConfig.class).budget())
        .isEqualTo(Duration.ofSeconds(10));
    assertThat(config.getConfigMapping(PreparationConfig.class).largeFromPixels()).isEqualTo(1000);
    assertThat(config.getConfigMapping(PreparationConfig.class).scaledDecode()).isTrue();
    assertThat(config.getConfigMapping(WorkerConfig.class).name()).isEqualTo("w-1");
  }

  @Test
  void lanesBelowOneAreRefusedByName() {
    LeaseConfig lease =
        config(Map.of("vignette.lease.bulk-lanes", "0")).getConfigMapping(LeaseConfig.class);

    assertThatThrownBy(lease::settings).hasMessage("bulk lanes: 0 (expected: at least 1)");
  }

  @Test
  void tritonIsExpectedBesideTheWorker() {
    TritonConfig triton = config(Map.of()).getConfigMapping(TritonConfig.class);

    assertThat(triton.settings()).isEqualTo(TritonSettings.of(new Endpoint("localhost", 8001)));
  }

  @Test
  void tritonMayBeElsewhere() {
    TritonSettings settings =
        config(
                Map.of(
                    "vignette.triton.endpoint", "triton:443",
                    "vignette.triton.tls", "true",
                    "vignette.triton.trusted-certificates", "/etc/ca.pem",
                    "vignette.triton.probe-every", "30s"))
            .getConfigMapping(TritonConfig.class)
            .settings();

    assertThat(settings.connection().endpoint()).isEqualTo(new Endpoint("triton", 443));
    assertThat(settings.connection().tls()).isTrue();
    assertThat(settings.connection().trustedCertificates()).contains(Path.of("/etc/ca.pem"));
    assertThat(settings.timing().probeEvery()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void serversOfOpenAisKindAreToldApart() {
    OpenAiSettings usual = config(Map.of()).getConfigMapping(OpenAiConfig.class).settings("llava");
    OpenAiSettings other =
        config(
                Map.of(
                    "vignette.openai.endpoint", "https://host/v2/",
                    "vignette.openai.api-key", "sk-1",
                    "vignette.openai.requests-max", "2",
                    "vignette.openai.request-timeout", "10m"))
            .getConfigMapping(OpenAiConfig.class)
            .settings("llava");

    assertThat(usual)
        .isEqualTo(
            OpenAiSettings.of(
                OpenAiSettings.endpoint("http://localhost:8000"), "llava", Optional.empty()));
    assertThat(other.endpoint()).hasToString("https://host/v2");
    assertThat(other.apiKey()).isPresent();
    assertThat(other.requestsMax()).isEqualTo(2);
    assertThat(other.timeouts().request()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void noEndpointIsRefusedByName() {
    TritonConfig triton =
        config(Map.of("vignette.triton.endpoint", "nowhere")).getConfigMapping(TritonConfig.class);

    assertThatThrownBy(triton::settings)
        .hasMessageStartingWith("endpoint: nowhere (expected: host:port");
  }

  private static SmallRyeConfig config(Map<String, String> properties) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(DrainConfig.class)
        .withMapping(LeaseConfig.class)
        .withMapping(PipelineConfig.class)
        .withMapping(PreparationConfig.class)
        .withMapping(OpenAiConfig.class)
        .withMapping(TritonConfig.class)
        .withMapping(WorkerConfig.class)
        .withSources(new PropertiesConfigSource(properties, "test", 500))
        .build();
  }
}

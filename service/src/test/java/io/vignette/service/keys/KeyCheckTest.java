package io.vignette.service.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCheckTest {
  private static final KeyCheck CHECK = new KeyCheck(KnownKeys.bundled());

  @Test
  void tellsAllUnknownKeysAtOnceWithWhereTheyAre() {
    ConfigSource file =
        new PropertiesConfigSource(
            Map.of("vignette.kafka.topicPrefix", "a", "quarkus.http.port", "1"),
            "application.properties",
            250);

    String message =
        StartCheck.message(
            unknown(
                environment(
                    Map.of(
                        "VIGNETTE_WORKERR_ID", "secret",
                        "VIGNETTE_COLOUR_OF_THE_SKY", "blue",
                        "VIGNETTE_WORKER_ID", "w",
                        "PATH", "/bin")),
                file));

    assertThat(message)
        .isEqualTo(
            """
            configuration: 3 unknown keys (expected: those of docs/configuration.md)
              VIGNETTE_COLOUR_OF_THE_SKY (environment): nothing that is known is like it
              VIGNETTE_WORKERR_ID (environment): did you mean VIGNETTE_WORKER_ID?
              vignette.kafka.topicPrefix (application.properties): did you mean vignette.kafka.topic-prefix?\
            """);
  }

  @Test
  void namesPropertiesOfTheJvm() {
    UnknownKey unknown = new UnknownKey("vignette.x", "property of the JVM", Optional.empty());

    System.setProperty("vignette.x", "");
    try {
      assertThat(unknown(new SysPropConfigSource())).contains(unknown);
    } finally {
      System.clearProperty("vignette.x");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VIGNETTE_ACCESS_KEYS_FILE",
        "VIGNETTE_TRITON_ENDPOINT",
        "VIGNETTE_INTAKE_RULES_0__PROMPTS_1__TEXT",
        "_PROD_VIGNETTE_WORKER_ID",
        "VIGNETTE_SKIP_NOTHING",
        "VIGNETTE_TRITON_THREADS"
      })
  void acceptsVariablesOfBothServicesAndOfOtherPrograms(String name) {
    assertThat(unknown(environment(Map.of(name, "1")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "VIGNETTE_GATEWAY_SERVICE_HOST, 10.0.0.1",
    "VIGNETTE_GATEWAY_SERVICE_PORT, 80",
    "VIGNETTE_GATEWAY_SERVICE_PORT_HTTP, 80",
    "VIGNETTE_GATEWAY_PORT, tcp://10.0.0.1:80",
    "VIGNETTE_GATEWAY_PORT_80_TCP, tcp://10.0.0.1:80",
    "VIGNETTE_GATEWAY_PORT_80_TCP_ADDR, 10.0.0.1"
  })
  void acceptsWhatKubernetesSetsForServices(String name, String value) {
    assertThat(unknown(environment(Map.of(name, value)))).isEmpty();
  }

  @Test
  void aPortThatIsNoAddressIsNotOfKubernetes() {
    assertThat(unknown(environment(Map.of("VIGNETTE_HTTP_PORT", "8080")))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vignette.intake.rules[0].metadata.shop",
        "vignette.s3.readable-buckets",
        "vignette.s3.readable-buckets[1]",
        "%prod.vignette.worker.id",
        "%{prod,dev}.vignette.worker.id"
      })
  void acceptsPropertiesWithIndexesKeysAndProfiles(String name) {
    assertThat(unknown(new PropertiesConfigSource(Map.of(name, "1"), "file", 100))).isEmpty();
  }

  @Test
  void refusesUnknownKeysOfProfiles() {
    assertThat(unknown(new PropertiesConfigSource(Map.of("%prod.vignette.x.y", "1"), "file", 100)))
        .extracting(UnknownKey::name)
        .containsExactly("%prod.vignette.x.y");
  }

  private static List<UnknownKey> unknown(ConfigSource... sources) {
    return CHECK.unknownKeys(
        new SmallRyeConfigBuilder().withSources(sources).build().getConfigSources());
  }

  private static ConfigSource environment(Map<String, String> variables) {
    return new EnvConfigSource(variables, 300);
  }
}

package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which starts services refuse, as processes of their own, and in what words; none needs Kafka. */
class RefusedStartsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  static Stream<Named<Starter>> services() {
    return Stream.of(
        Named.of("gateway", ServiceProcess::gateway), Named.of("worker", ServiceProcess::worker));
  }

  @ParameterizedTest
  @MethodSource("services")
  void mistypedKeysEndTheStartAndAreAllNamed(Starter service) throws Exception {
    Path file = Files.createDirectory(folder.resolve("config")).resolve("application.properties");
    Files.writeString(file, "vignette.kafka.topicprefix=pictures\n");

    try (ServiceProcess process =
        service.apply(
            folder,
            Map.of(
                "VIGNETTE_WORKERR_ID", "secret",
                "VIGNETTE_INTAKE_TOPICS", "image.events",
                "JAVA_TOOL_OPTIONS", "-Dvignette.images.turbojpg=off"))) {
      assertThat(process.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      assertThat(process.process().exitValue()).isEqualTo(1);
      assertThat(process.log())
          .contains(
              "configuration: 4 unknown keys (expected: those of docs/configuration.md)",
              "vignette.images.turbojpg (property of the JVM): did you mean"
                  + " vignette.images.turbojpeg?",
              "VIGNETTE_INTAKE_TOPICS (environment): did you mean VIGNETTE_INTAKE_TOPIC?",
              "VIGNETTE_WORKERR_ID (environment): did you mean VIGNETTE_WORKER_ID?",
              "vignette.kafka.topicprefix (file:",
              "did you mean vignette.kafka.topic-prefix?")
          .doesNotContain("secret", "Exception", "\tat ");
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void aKafkaWithoutAddressEndsTheStartInOneSentence(Starter service) throws Exception {
    try (ServiceProcess process =
        service.apply(folder, Map.of("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092"))) {
      assertThat(process.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      assertThat(process.process().exitValue()).isEqualTo(1);
      assertThat(process.log())
          .contains("kafka.bootstrap.servers: nowhere.invalid:9092, No resolvable bootstrap urls")
          .doesNotContain("Exception", "\tat ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "VIGNETTE_ACCESS_KEYS_FILE, vignette.access.keys-file, not UTF-8",
    "VIGNETTE_SECRET_FILE, vignette.secret.file, not UTF-8",
    "VIGNETTE_LEDGER_THREADS, vignette.ledger.threads, (expected: 1 to "
  })
  void aSettingThatCannotBeUsedEndsTheStartInOneSentence(String variable, String key, String why)
      throws Exception {
    Path file = Files.write(folder.resolve("99"), new byte[] {'a', (byte) 0xff});
    String value = variable.endsWith("FILE") ? file.toString() : "99";

    try (ServiceProcess process =
        ServiceProcess.gateway(
            folder, Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1", variable, value))) {
      assertThat(process.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      assertThat(process.process().exitValue()).isEqualTo(1);
      assertThat(process.log()).contains(key + ": ", why).doesNotContain("Exception", "\tat ");
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void settingsOfBothServicesAreTakenByEach(Starter service) {
    try (ServiceProcess process =
        service.apply(
            folder,
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "VIGNETTE_BLOB_STORE_FOLDER", folder.toString(),
                "VIGNETTE_DRAIN_TIMEOUT", "1s",
                "VIGNETTE_ENGINE_KIND", "onnx",
                "VIGNETTE_INTAKE_RULES_0__METADATA_SHOP", "one",
                "VIGNETTE_INTAKE_RULES_0__PROMPTS_0__TEXT", "What is it?",
                "VIGNETTE_LEDGER_THREADS", "2",
                "VIGNETTE_TRITON_THREADS", "2",
                "VIGNETTE_GATEWAY_SERVICE_HOST", "10.0.0.1"))) {
      await()
          .atMost(PATIENCE)
          .failFast("ended", () -> !process.process().isAlive())
          .until(process::listens);
    }
  }

  /** Starts a service in a folder with variables. */
  interface Starter extends BiFunction<Path, Map<String, String>, ServiceProcess> {}
}

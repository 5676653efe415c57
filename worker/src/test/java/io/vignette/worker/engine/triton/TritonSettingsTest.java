package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.worker.engine.triton.TritonSettings.Connection;
import io.vignette.worker.engine.triton.TritonSettings.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TritonSettingsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Endpoint ENDPOINT = new Endpoint("localhost", 8001);

  @Test
  void hasDefaults() {
    TritonSettings settings = TritonSettings.of(ENDPOINT);

    assertThat(settings.connection())
        .isEqualTo(
            new Connection(
                ENDPOINT, false, Optional.empty(), 2, Duration.ofSeconds(5), 268_435_456));
    assertThat(settings.timing())
        .isEqualTo(
            new Timing(
                Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(10), SECOND));
    assertThat(settings.cachedFeatureBytesMax()).isEqualTo(67_108_864);
  }

  @Test
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> new Timing(SECOND, Duration.ZERO, SECOND, SECOND))
        .hasMessage("probeEvery: PT0S (expected: more than zero)");
    assertThatThrownBy(() -> new Connection(ENDPOINT, false, Optional.empty(), 0, SECOND, 1 << 20))
        .hasMessage("connections: 0 (expected: at least 1)");
    assertThatThrownBy(() -> new Connection(ENDPOINT, false, Optional.empty(), 1, SECOND, 1))
        .hasMessage("answerBytesMax: 1 (expected: at least 1048576)");
    assertThatThrownBy(
            () -> new Connection(ENDPOINT, false, Optional.of(Path.of("ca")), 1, SECOND, 1 << 20))
        .hasMessage("trustedCertificates: ca (expected: none without TLS)");
    assertThatThrownBy(() -> new TritonSettings(Connection.plaintext(ENDPOINT), Timing.DEFAULT, -1))
        .hasMessage("cachedFeatureBytesMax: -1 (expected: 0 or more)");
  }

  @Test
  void certificatesMustBeReadable() {
    Connection connection =
        new Connection(ENDPOINT, true, Optional.of(Path.of("missing.pem")), 1, SECOND, 1 << 20);

    assertThatThrownBy(() -> new TritonConnection(connection))
        .hasMessage("trustedCertificates: missing.pem (expected: a PEM file of certificates)");
  }

  @Test
  void readsEndpoints() {
    assertThat(Endpoint.parse("triton:8001")).isEqualTo(new Endpoint("triton", 8001));
    assertThat(Endpoint.parse("[::1]:8001")).isEqualTo(new Endpoint("::1", 8001));
    assertThat(Endpoint.parse("[::1]:8001")).hasToString("[::1]:8001");
    assertThat(ENDPOINT).hasToString("localhost:8001");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        ":8001",
        "localhost:",
        "localhost:0",
        "h:65536",
        "h:x",
        "http://localhost:8001"
      })
  void refusesWhatIsNoEndpoint(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageEndingWith(
            "(expected: host:port of Triton's gRPC service, for example localhost:8001)");
  }
}

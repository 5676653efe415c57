package io.vignette.worker.engine.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.worker.engine.openai.OpenAiSettings.Limits;
import io.vignette.worker.engine.openai.OpenAiSettings.Timeouts;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiSettingsTest {
  private static final URI ENDPOINT = URI.create("http://localhost:8000/v1");

  @Test
  void defaults() {
    OpenAiSettings settings = OpenAiSettings.of(ENDPOINT, "llava", Optional.empty());

    assertThat(settings.requestsMax()).isEqualTo(8);
    assertThat(settings.timeouts())
        .isEqualTo(
            new Timeouts(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(30)));
    assertThat(settings.limits()).isEqualTo(new Limits(20 * 1024 * 1024, 1024 * 1024));
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8000,http://localhost:8000/v1",
    "http://localhost:8000/,http://localhost:8000/v1",
    "https://api.openai.com/v1/,https://api.openai.com/v1",
    "https://host/some/prefix/v2,https://host/some/prefix/v2",
    "http://[::1]:11434/v1,http://[::1]:11434/v1"
  })
  void takesEndpointsAsPeopleWriteThem(String written, String understood) {
    assertThat(OpenAiSettings.endpoint(written)).isEqualTo(URI.create(understood));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:8000",
        "ftp://host/v1",
        "http:///v1",
        "http://user:secret@host/v1",
        "http://host/v1?api-key=secret",
        "http://host/v1#secret",
        "http://a host/secret"
      })
  void refusesWhatIsNoEndpointWithoutRepeatingIt(String written) {
    assertThatThrownBy(() -> OpenAiSettings.endpoint(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: http://HOST:PORT/v1")
        .hasMessageNotContaining("secret");
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> OpenAiSettings.of(ENDPOINT, " ", Optional.empty()))
        .hasMessage("model: ' ' (expected: a name the server knows)");
    assertThatThrownBy(
            () ->
                new OpenAiSettings(
                    ENDPOINT, "m", Optional.empty(), 0, Timeouts.DEFAULT, Limits.DEFAULT))
        .hasMessage("requestsMax: 0 (expected: at least 1)");
    assertThatThrownBy(() -> new Limits(0, 1)).hasMessageStartingWith("imageBytes: 0");
    assertThatThrownBy(() -> new Limits(1, 0)).hasMessageStartingWith("answerBytes: 0");
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Timeouts(Duration.ZERO, second, second))
        .hasMessage("connect: PT0S (expected: more than zero)");
    assertThatThrownBy(() -> new Timeouts(second, Duration.ofSeconds(-1), second))
        .hasMessageStartingWith("request: PT-1S");
    assertThatThrownBy(() -> new Timeouts(second, second, Duration.ZERO))
        .hasMessageStartingWith("start: PT0S");
  }

  @Test
  void readsAKeyFromAFileAndNeverShowsIt(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key"), "sk-secret\n");

    ApiKey key = ApiKey.read(file);

    assertThat(key.authorization()).isEqualTo("Bearer sk-secret");
    assertThat(OpenAiSettings.of(ENDPOINT, "m", Optional.of(key)).toString())
        .contains("(hidden)")
        .doesNotContain("sk-secret");
    assertThat(key.hiddenIn("wrong key sk-secret!")).isEqualTo("wrong key (hidden)!");
  }

  @Test
  void refusesWhatIsNoKeyWithoutRepeatingIt(@TempDir Path folder) {
    assertThatThrownBy(() -> ApiKey.of(" \n", "VIGNETTE_API_KEY"))
        .hasMessage("API key in VIGNETTE_API_KEY: 0 characters (expected: 1 to 4096)");
    assertThatThrownBy(() -> ApiKey.of("one\r\ntwo: secret", "a file"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> ApiKey.read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}

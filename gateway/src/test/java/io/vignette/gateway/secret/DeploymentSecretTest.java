package io.vignette.gateway.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.wire.JobId;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The secret of a file. */
class DeploymentSecretTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  private static DeploymentSecret secret(Path file) {
    // Nobody listens there: a secret of a file wins over Kafka's, which isn't even asked.
    return new DeploymentSecret(
        KafkaConnection.plaintext("localhost:1"), Topics.standard(), () -> Optional.of(file));
  }

  @Test
  void aFileWinsOverKafka() throws Exception {
    DeploymentSecret secret = secret(Files.writeString(folder.resolve("secret"), SECRET + "\n"));

    secret.load();

    assertThat(secret.idOf("acme", "k"))
        .contains(JobId.named(SECRET.getBytes(StandardCharsets.UTF_8), "acme", "k"));
  }

  @Test
  void aFileThatIsTooShortIsRefusedWithoutQuotingIt() throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "  guessable  ");

    assertThatThrownBy(() -> secret(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "vignette.secret.file: %s: 9 characters (expected: at least 32)".formatted(file));
  }

  @Test
  void aFileThatIsNoTextIsNamedWithoutQuotingIt() throws Exception {
    Path file = Files.write(folder.resolve("secret"), new byte[] {'s', 'e', (byte) 0xff});

    assertThatThrownBy(() -> secret(file))
        .hasMessage(
            "vignette.secret.file: %s: not UTF-8 (expected: text of at least 32 characters)"
                .formatted(file))
        .hasNoCause();
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    assertThatThrownBy(() -> secret(folder.resolve("none")))
        .hasMessageContaining("none (expected: a file with the secret)");
  }

  /** A device never ends, as a named pipe that nobody writes to never begins. */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such files")
  void whatIsNoRegularFileIsRefusedUnread() {
    assertThatThrownBy(() -> secret(Path.of("/dev/zero")))
        .hasMessage(
            "vignette.secret.file: /dev/zero: not a regular file"
                + " (expected: a file with the secret)")
        .hasNoCause();
  }

  @Test
  void aFileThatIsFarTooLargeIsNamed() throws Exception {
    Path file = Files.write(folder.resolve("secret"), new byte[1024 * 1024 + 1]);

    assertThatThrownBy(() -> secret(file))
        .hasMessage(
            "vignette.secret.file: %s: larger than 1 MiB (expected: at most that)".formatted(file));
  }
}

package io.vignette.gateway.secret;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vignette.gateway.config.SmallTextFile;
import io.vignette.wire.JobId;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that all gateways of a system know and nobody else: the key under which the ids of jobs are
 * made that have an idempotency key.
 *
 * <p>Without it anybody who guesses a tenant's idempotency key could compute the id of its job.
 * Read from a file where one is configured, otherwise from Kafka ({@link KeptSecret}). Thread-safe.
 *
 * <p>Guarantees that all gateways with the same file, or with the same topic, make the same ids.
 * Does not guarantee that ids stay the same where the file or the topic is replaced.
 */
@ApplicationScoped
public class DeploymentSecret {
  private static final int CHARACTERS_MIN = 32;

  private final KeptSecret kept;
  private volatile byte @Nullable [] bytes;

  /**
   * @throws ConfigurationException if the file can't be used; its content is not quoted
   */
  @Inject
  public DeploymentSecret(KafkaConnection kafka, Topics topics, SecretConfig config) {
    this.kept = new KeptSecret(kafka, topics.secret());
    this.bytes = config.file().map(DeploymentSecret::read).orElse(null);
  }

  /** A file that can't be used ends the start, not the first submission that needs it. */
  void check(@Observes StartupEvent event) {}

  private static byte[] read(Path file) {
    String text =
        SmallTextFile.read(
                "vignette.secret.file",
                file,
                "a file with the secret",
                "text of at least %d characters".formatted(CHARACTERS_MIN))
            .strip();
    if (text.length() < CHARACTERS_MIN) {
      throw new ConfigurationException(
          "vignette.secret.file: %s: %d characters (expected: at least %d)"
              .formatted(file, text.length(), CHARACTERS_MIN));
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes sure that the secret is known; the topic must exist. Blocks.
   *
   * @throws ExecutionException if Kafka refuses the first one; retriable if its cause is
   * @throws org.apache.kafka.common.KafkaException if Kafka can't be read
   */
  public void load() throws ExecutionException, InterruptedException {
    if (bytes == null) {
      bytes = kept.readOrMake();
    }
  }

  /** The id that (tenant, idempotency key) always gives; empty until the secret is known. */
  public Optional<JobId> idOf(String tenant, String idempotencyKey) {
    return Optional.ofNullable(bytes).map(known -> JobId.named(known, tenant, idempotencyKey));
  }
}

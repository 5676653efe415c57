package io.vignette.gateway;

import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.FileBlobStore;
import io.vignette.models.InvalidModelException;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The beans that the gateway asks its application for. */
@Dependent
public class TestComposition {
  private static final long IMAGE_BYTES_MAX = 1024 * 1024;

  @Produces
  @Singleton
  Topics topics(@ConfigProperty(name = "test.topics.prefix") String prefix) {
    return new Topics(prefix);
  }

  @Produces
  @Singleton
  KafkaConnection kafka(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
    return KafkaConnection.plaintext(bootstrapServers);
  }

  @Produces
  @Singleton
  ModelRepository models() throws InvalidModelException {
    return ModelRepository.load(RepositoryFiles.models());
  }

  @Produces
  @Singleton
  BlobStore blobs() throws IOException {
    return new FileBlobStore(Files.createTempDirectory("vignette-test-blobs"));
  }

  @Produces
  @Singleton
  ImageLimits limits() {
    return new ImageLimits(
        IMAGE_BYTES_MAX, 100_000_000, Duration.ofSeconds(5), Duration.ofSeconds(20));
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}

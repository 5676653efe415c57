package io.vignette.service;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.common.annotation.Identifier;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.FileBlobStore;
import io.vignette.images.source.RoutingBlobStore;
import io.vignette.images.source.s3.S3Config;
import io.vignette.images.source.s3.S3Connection;
import io.vignette.models.InvalidModelException;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.RemoteModel;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The beans that gateway and worker ask their application for. */
@Dependent
public class ServiceBeans {

  @Produces
  @Singleton
  Topics topics(KafkaConfig config) {
    return new Topics(config.topicPrefix());
  }

  /**
   * @param shared all keys {@code kafka.*}, as for the channels
   */
  @Produces
  @Singleton
  KafkaConnection kafka(@Identifier("default-kafka-broker") Map<String, Object> shared) {
    return new KafkaConnection(shared);
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  ImageLimits limits(ImagesConfig config) {
    return config.limits();
  }

  /**
   * @throws ConfigurationException without a cause: of such a one Quarkus prints the message only,
   *     not where in the program it was thrown
   */
  @Produces
  @Singleton
  ModelRepository models(ModelsConfig config) {
    if (config.remote().isPresent()) {
      return ModelRepository.of(RemoteModel.named(config.remote().get()));
    }
    ModelRepository repository = load(config.folder());
    Optional<String> name = config.defaultName();
    return name.isEmpty() ? repository : repository.withDefault(find(repository, name.get()));
  }

  private static ModelRepository load(Path folder) {
    try {
      return ModelRepository.load(folder);
    } catch (InvalidModelException e) {
      throw new ConfigurationException("vignette.models.folder: " + e.getMessage());
    }
  }

  private static Model find(ModelRepository repository, String name) {
    return repository
        .find(name)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "vignette.models.default: %s (expected: one of %s)"
                        .formatted(name, repository.models().stream().map(Model::name).toList())));
  }

  /** Nothing is asked of the server before the first picture. */
  @Produces
  @Singleton
  S3Connection s3(S3Config config) {
    return S3Connection.open(config.settings());
  }

  void close(@Disposes S3Connection connection) {
    connection.close();
  }

  /** Uploads are kept in one place; objects that events name are read where they are. */
  @Produces
  @Singleton
  BlobStore blobs(BlobStoreConfig config, S3Config s3Config, Instance<S3Connection> s3) {
    Set<String> buckets = s3Config.readableBuckets().orElse(Set.of());
    List<BlobStore> stores = new ArrayList<>();
    stores.add(
        switch (config.kind()) {
          case FOLDER -> new FileBlobStore(config.folder());
          case S3 -> s3.get().uploads(s3Config.uploads());
        });
    if (!buckets.isEmpty()) {
      stores.add(s3.get().objects(buckets));
    }
    return new RoutingBlobStore(stores);
  }
}

package io.vignette.worker;

import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.ImageLoader;
import io.vignette.models.ModelRepository;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.outcome.EventPublisher;
import io.vignette.worker.outcome.JobPublisher;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Gathers what the application gives to the worker. */
@Singleton
final class WorkerPortsProducer {

  /** The record of the application's parts, and the parts it is made of. */
  @Produces
  @Singleton
  WorkerPorts ports(
      KafkaConnection kafka,
      Topics topics,
      ModelRepository models,
      BlobStore blobs,
      ImageLimits limits,
      CaptionEngine engine,
      EventPublisher events,
      JobPublisher jobs,
      Clock clock) {
    return new WorkerPorts(
        kafka.properties(),
        topics,
        models,
        new ImageLoader(blobs, limits),
        limits,
        engine,
        events,
        jobs,
        clock);
  }
}

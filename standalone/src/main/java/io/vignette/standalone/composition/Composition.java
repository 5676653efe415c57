package io.vignette.standalone.composition;

import io.micrometer.core.instrument.MeterRegistry;
import io.vignette.images.ImageLimits;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.FileBlobStore;
import io.vignette.images.source.RoutingBlobStore;
import io.vignette.models.ModelRepository;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.onnx.OnnxConfig;
import io.vignette.worker.engine.triton.TritonListeners;
import io.vignette.worker.engine.triton.TritonLog;
import io.vignette.worker.engine.triton.TritonMetrics;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/** The beans that gateway and worker ask their application for. */
@Dependent
public class Composition {

  @Produces
  @Singleton
  Launch launch() {
    return OneJvm.current();
  }

  @Produces
  @Singleton
  Topics topics() {
    return Topics.standard();
  }

  @Produces
  @Singleton
  KafkaConnection kafka(Launch launch) {
    return KafkaConnection.plaintext(launch.broker().bootstrapServers());
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  ModelRepository models(Launch launch) {
    return launch.settings().models();
  }

  @Produces
  @Singleton
  ImageLimits limits(Launch launch) {
    return launch.settings().limits();
  }

  @Produces
  @Singleton
  BlobStore blobs(Launch launch) {
    FileBlobStore uploads = new FileBlobStore(launch.data().path("blobs"));
    return new RoutingBlobStore(List.of(uploads, launch.runFiles()));
  }

  @Produces
  @Singleton
  CaptionEngine engine(
      Launch launch, ModelRepository models, OnnxConfig onnx, Clock clock, MeterRegistry registry) {
    launch.engineLibraries().join();
    return launch
        .settings()
        .engine()
        .engine(
            models,
            onnx.settings(),
            clock,
            () -> new TritonListeners(List.of(new TritonMetrics(registry), new TritonLog())));
  }
}

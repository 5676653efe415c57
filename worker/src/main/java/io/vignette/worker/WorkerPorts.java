package io.vignette.worker;

import io.vignette.images.ImageLimits;
import io.vignette.images.source.ImageLoader;
import io.vignette.models.ModelRepository;
import io.vignette.wire.Topics;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.outcome.EventPublisher;
import io.vignette.worker.outcome.JobPublisher;
import java.time.Clock;
import java.util.Map;

/**
 * What a worker is given.
 *
 * @param kafka how to reach Kafka: {@code bootstrap.servers} and whatever security asks
 * @param engine closed by the worker
 * @param images closed by the worker
 */
public record WorkerPorts(
    Map<String, Object> kafka,
    Topics topics,
    ModelRepository models,
    ImageLoader images,
    ImageLimits limits,
    CaptionEngine engine,
    EventPublisher events,
    JobPublisher jobs,
    Clock clock) {
  public WorkerPorts {
    kafka = Map.copyOf(kafka);
  }
}

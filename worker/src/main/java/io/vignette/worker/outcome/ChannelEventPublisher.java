package io.vignette.worker.outcome;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vignette.proto.v1.JobEvent;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Publishes events on the channel {@code worker-job-events}. */
@ApplicationScoped
public class ChannelEventPublisher implements EventPublisher {
  private final MutinyEmitter<byte[]> events;
  private final String topic;

  /** The buffer is bounded by the leases: two events a job held. */
  @Inject
  public ChannelEventPublisher(
      @Channel("worker-job-events") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> events,
      Topics topics) {
    this.events = events;
    this.topic = topics.jobEvents();
  }

  @Override
  public CompletionStage<Void> publish(JobEvent event, Map<String, String> headers) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic)
            .withKey(event.getJobId())
            .withHeaders(RecordHeaders.of(headers))
            .build();
    return events
        .sendMessage(Message.of(event.toByteArray(), Metadata.of(metadata)))
        .subscribeAsCompletionStage();
  }
}

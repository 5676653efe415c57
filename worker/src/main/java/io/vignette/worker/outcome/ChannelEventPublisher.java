package io.vignette.worker.outcome;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Priority;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Publishes events: those of bulk jobs on the channel {@code worker-bulk}, where they linger for
 * company, the others on {@code worker-interactive}. A job's priority never changes, so its events
 * keep their order.
 */
@ApplicationScoped
public class ChannelEventPublisher implements EventPublisher {
  private final MutinyEmitter<byte[]> interactive;
  private final MutinyEmitter<byte[]> bulk;
  private final String topic;

  /** The buffers are bounded by the leases: two events a job held. */
  @Inject
  public ChannelEventPublisher(
      @Channel("worker-interactive") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> interactive,
      @Channel("worker-bulk") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> bulk,
      Topics topics) {
    this.interactive = interactive;
    this.bulk = bulk;
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
    boolean isBulk = event.getIdentity().getPriority() == Priority.BULK;
    return (isBulk ? bulk : interactive)
        .sendMessage(Message.of(event.toByteArray(), Metadata.of(metadata)))
        .subscribeAsCompletionStage();
  }
}

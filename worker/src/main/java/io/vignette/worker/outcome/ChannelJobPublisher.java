package io.vignette.worker.outcome;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Publishes jobs on the channel {@code worker-jobs}, each to the topic it is meant for. */
@ApplicationScoped
public class ChannelJobPublisher implements JobPublisher {
  private final MutinyEmitter<byte[]> jobs;

  /** The buffer is bounded by the leases and the forwarder's fetches. */
  @Inject
  public ChannelJobPublisher(
      @Channel("worker-jobs") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> jobs) {
    this.jobs = jobs;
  }

  @Override
  public CompletionStage<Void> publish(
      String topic, String jobId, byte[] job, Map<String, String> headers) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic)
            .withKey(jobId)
            .withHeaders(RecordHeaders.of(headers))
            .build();
    return jobs.sendMessage(Message.of(job, Metadata.of(metadata))).subscribeAsCompletionStage();
  }
}

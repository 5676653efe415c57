package io.vignette.worker.outcome;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Publishes jobs, each to the topic it is meant for: bulk and delayed ones on the channel {@code
 * worker-bulk}, where they linger for company, the others on {@code worker-interactive}.
 */
@ApplicationScoped
public class ChannelJobPublisher implements JobPublisher {
  private final MutinyEmitter<byte[]> interactive;
  private final MutinyEmitter<byte[]> bulk;
  private final Set<String> unhurried;

  /** The buffer is bounded by the leases and the forwarder's fetches. */
  @Inject
  public ChannelJobPublisher(
      @Channel("worker-interactive") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> interactive,
      @Channel("worker-bulk") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> bulk,
      Topics topics) {
    this.interactive = interactive;
    this.bulk = bulk;
    this.unhurried =
        Stream.concat(
                Stream.of(topics.jobsBulk()), Stream.of(Topics.Delay.values()).map(topics::delay))
            .collect(Collectors.toUnmodifiableSet());
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
    MutinyEmitter<byte[]> channel = unhurried.contains(topic) ? bulk : interactive;
    return channel.sendMessage(Message.of(job, Metadata.of(metadata))).subscribeAsCompletionStage();
  }
}

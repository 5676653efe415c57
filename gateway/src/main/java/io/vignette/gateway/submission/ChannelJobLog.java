package io.vignette.gateway.submission;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vignette.gateway.presence.KafkaPresence;
import io.vignette.kafka.KafkaAwayException;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.Priority;
import io.vignette.wire.Headers;
import io.vignette.wire.Reason;
import io.vignette.wire.Topics;
import io.vignette.wire.TraceContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Writes on the channels {@code gateway-interactive} and {@code gateway-bulk}, by the job's
 * priority: what nobody waits for lingers for company, so that many jobs share a request.
 *
 * <p>While Kafka is away, the producers behind the channels hold a record for 30 s, and every
 * record behind it waits as well. So nothing is handed to them once that is known, and what they
 * hold then is answered for.
 */
@ApplicationScoped
public class ChannelJobLog implements JobLog {
  private static final int HEADERS_MAX = 5;

  /** Of this record: the job's own may have been written before. */
  static final String QUEUE_AWAY =
      "queue: Kafka does not answer (expected: an answer within 5 s); repeat with the same"
          + " idempotency key";

  private final MutinyEmitter<byte[]> interactive;
  private final MutinyEmitter<byte[]> bulk;
  private final Topics topics;
  private final KafkaPresence kafka;

  /**
   * The emitters' buffers are bounded by the callers: a request waits for its own confirmation, and
   * the folder command holds a fixed number of jobs in flight. A bounded buffer here would refuse
   * jobs in a burst that Kafka takes a millisecond later.
   */
  @Inject
  public ChannelJobLog(
      @Channel("gateway-interactive") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> interactive,
      @Channel("gateway-bulk") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> bulk,
      Topics topics,
      KafkaPresence kafka) {
    this.interactive = interactive;
    this.bulk = bulk;
    this.topics = topics;
    this.kafka = kafka;
  }

  @Override
  public boolean takesRecords() {
    return kafka.isPresent();
  }

  @Override
  public CompletionStage<Position> writeJob(String topic, CaptionJob job, TraceContext trace) {
    return write(
        channel(job.getPriority()),
        job.toByteArray(),
        topic,
        job.getJobId(),
        headers(job.getTenant(), job.getClientReference(), trace));
  }

  @Override
  public CompletionStage<Position> writeEvent(JobEvent event, TraceContext trace) {
    List<RecordHeader> headers =
        headers(event.getIdentity().getTenant(), event.getIdentity().getClientReference(), trace);
    return write(
        channel(event.getIdentity().getPriority()),
        event.toByteArray(),
        topics.jobEvents(),
        event.getJobId(),
        headers);
  }

  private MutinyEmitter<byte[]> channel(Priority priority) {
    return priority == Priority.BULK ? bulk : interactive;
  }

  private CompletionStage<Position> write(
      MutinyEmitter<byte[]> channel,
      byte[] value,
      String topic,
      String key,
      List<RecordHeader> headers) {
    OutgoingMessageMetadata<RecordMetadata> written = new OutgoingMessageMetadata<>();
    OutgoingKafkaRecordMetadata<String> record =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic)
            .withKey(key)
            .withHeaders(headers)
            .build();
    return kafka
        .<Void>whilePresent(
            () ->
                channel
                    .sendMessage(Message.of(value, Metadata.of(record, written)))
                    .subscribeAsCompletionStage())
        .exceptionallyCompose(
            failure -> CompletableFuture.failedStage(translated(topic, unwrapped(failure))))
        .thenApply(confirmed -> position(written.getResult()));
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private static Position position(RecordMetadata written) {
    return new Position(written.topic(), written.partition(), written.offset());
  }

  private static RejectedException translated(String topic, Throwable failure) {
    if (failure instanceof KafkaAwayException away && !away.isBegun()) {
      return new RejectedException(Reason.QUEUE_UNAVAILABLE, QUEUE_AWAY, failure);
    }
    return failure instanceof RecordTooLargeException
        ? new RejectedException(
            Reason.REQUEST_TOO_LARGE,
            "record for " + topic + ": larger than Kafka takes (expected: a smaller job)",
            failure)
        : new RejectedException(
            Reason.QUEUE_UNAVAILABLE,
            "queue: no confirmation from Kafka (expected: within its delivery timeout); the job may"
                + " have been written, repeat with the same idempotency key",
            failure);
  }

  private static List<RecordHeader> headers(
      String tenant, String clientReference, TraceContext trace) {
    List<RecordHeader> headers = new ArrayList<>(HEADERS_MAX);
    headers.add(header(Headers.CONTENT_TYPE, Headers.PROTOBUF));
    headers.add(header(Headers.TENANT, tenant));
    if (!clientReference.isEmpty()) {
      headers.add(header(Headers.CLIENT_REFERENCE, clientReference));
    }
    trace.headers().forEach((name, value) -> headers.add(header(name, value)));
    return headers;
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}

package io.vignette.worker.lease;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Origin;
import io.vignette.records.ShownText;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Reads records as jobs and hands them to a handler. Stateless. */
public final class RecordReader {
  private final LaneKind lane;
  private final JobHandler handler;

  public RecordReader(LaneKind lane, JobHandler handler) {
    this.lane = lane;
    this.handler = handler;
  }

  /**
   * Hands a record over, as a job or as what is none.
   *
   * @param deliveries of the record so far, with this one
   */
  public CompletionStage<Void> handle(
      ConsumerRecord<String, byte[]> leased, int deliveries, Instant leasedUntil) {
    byte @Nullable [] value = leased.value();
    if (value == null) {
      return unreadable(leased, deliveries, "job: no value (expected: a CaptionJob message)");
    }
    try {
      CaptionJob job = CaptionJob.parseFrom(value);
      Optional<JobId> id = JobId.parse(job.getJobId());
      return id.isPresent()
          ? handler.handle(
              leasedJob(named(job, id.get().toString()), leased, deliveries, leasedUntil))
          : unreadable(
              leased,
              deliveries,
              "job id: '%s' (expected: a UUID)".formatted(ShownText.of(job.getJobId())));
    } catch (InvalidProtocolBufferException e) {
      return unreadable(
          leased,
          deliveries,
          "job: %d bytes (expected: a CaptionJob message)".formatted(value.length));
    }
  }

  /** One spelling of an id: in another one it would be another job for whoever folds its events. */
  private static CaptionJob named(CaptionJob job, String id) {
    return job.getJobId().equals(id) ? job : job.toBuilder().setJobId(id).build();
  }

  private LeasedJob leasedJob(
      CaptionJob job, ConsumerRecord<String, byte[]> leased, int deliveries, Instant leasedUntil) {
    return new LeasedJob(
        job, lane, origin(leased, deliveries), attempt(leased), leasedUntil, trace(leased));
  }

  private CompletionStage<Void> unreadable(
      ConsumerRecord<String, byte[]> leased, int deliveries, String problem) {
    Origin origin = origin(leased, deliveries);
    return handler.handleUnreadable(
        new UnreadableJob(
            UnreadableJob.idOf(leased.key(), origin),
            origin,
            attempt(leased),
            trace(leased),
            problem));
  }

  static int deliveryCount(ConsumerRecord<String, byte[]> leased) {
    return leased.deliveryCount().map(Short::intValue).orElse(1);
  }

  private static Origin origin(ConsumerRecord<String, byte[]> leased, int deliveries) {
    return Origin.newBuilder()
        .setTopic(leased.topic())
        .setPartition(leased.partition())
        .setOffset(leased.offset())
        .setDeliveryCount(deliveries)
        .build();
  }

  private static int attempt(ConsumerRecord<String, byte[]> leased) {
    String text = text(leased, Headers.ATTEMPT);
    if (text == null || !text.matches("[1-9][0-9]{0,4}")) {
      return 1;
    }
    return Integer.parseInt(text);
  }

  private static TraceContext trace(ConsumerRecord<String, byte[]> leased) {
    return TraceContext.received(
        Optional.ofNullable(text(leased, Headers.TRACEPARENT)),
        Optional.ofNullable(text(leased, Headers.TRACESTATE)));
  }

  private static @Nullable String text(ConsumerRecord<String, byte[]> leased, String name) {
    Header header = leased.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}

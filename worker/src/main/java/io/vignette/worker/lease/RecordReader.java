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

  /** A record that was read, without its bytes. It can be handed over again. */
  @FunctionalInterface
  public interface Readable {
    /**
     * Hands it to the handler, as a job or as what is none.
     *
     * @param deliveries of the record so far, with this one
     */
    CompletionStage<Void> handOver(int deliveries, Instant leasedUntil);
  }

  /** Reads a record. What comes back keeps the job, not the record with its bytes beside it. */
  public Readable read(ConsumerRecord<String, byte[]> leased) {
    byte @Nullable [] value = leased.value();
    if (value == null) {
      return unreadable(leased, "job: no value (expected: a CaptionJob message)");
    }
    try {
      CaptionJob job = CaptionJob.parseFrom(value);
      Optional<JobId> id = JobId.parse(job.getJobId());
      return id.isPresent()
          ? readable(named(job, id.get().toString()), leased)
          : unreadable(
              leased, "job id: '%s' (expected: a UUID)".formatted(ShownText.of(job.getJobId())));
    } catch (InvalidProtocolBufferException e) {
      return unreadable(
          leased, "job: %d bytes (expected: a CaptionJob message)".formatted(value.length));
    }
  }

  /** One spelling of an id: in another one it would be another job for whoever folds its events. */
  private static CaptionJob named(CaptionJob job, String id) {
    return job.getJobId().equals(id) ? job : job.toBuilder().setJobId(id).build();
  }

  private Readable readable(CaptionJob job, ConsumerRecord<String, byte[]> leased) {
    RecordKey place = RecordKey.of(leased);
    int attempt = attempt(leased);
    TraceContext trace = trace(leased);
    return (deliveries, leasedUntil) ->
        handler.handle(
            new LeasedJob(job, lane, origin(place, deliveries), attempt, leasedUntil, trace));
  }

  private Readable unreadable(ConsumerRecord<String, byte[]> leased, String problem) {
    RecordKey place = RecordKey.of(leased);
    @Nullable String key = leased.key();
    int attempt = attempt(leased);
    TraceContext trace = trace(leased);
    return (deliveries, leasedUntil) -> {
      Origin origin = origin(place, deliveries);
      return handler.handleUnreadable(
          new UnreadableJob(UnreadableJob.idOf(key, origin), origin, attempt, trace, problem));
    };
  }

  static int deliveryCount(ConsumerRecord<String, byte[]> leased) {
    return leased.deliveryCount().map(Short::intValue).orElse(1);
  }

  private static Origin origin(RecordKey place, int deliveries) {
    return Origin.newBuilder()
        .setTopic(place.topic())
        .setPartition(place.partition())
        .setOffset(place.offset())
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

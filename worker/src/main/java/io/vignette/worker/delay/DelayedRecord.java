package io.vignette.worker.delay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Origin;
import io.vignette.wire.Headers;
import io.vignette.wire.JobId;
import io.vignette.wire.TraceContext;
import io.vignette.worker.lease.UnreadableJob;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A delayed job.
 *
 * @param target topic it goes to, as its header says: perhaps none of ours
 * @param dueAt instant before which it must not move
 * @param headers those it goes on with
 */
record DelayedRecord(
    ConsumerRecord<String, byte[]> source,
    String target,
    Instant dueAt,
    Map<String, String> headers) {

  /** Reads the headers; a record that states no target goes to {@code fallback}, at once. */
  static DelayedRecord of(ConsumerRecord<String, byte[]> source, String fallback) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : source.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    String target = headers.remove(Headers.TARGET);
    String notBefore = headers.remove(Headers.NOT_BEFORE);
    Instant dueAt =
        notBefore != null && notBefore.matches("[0-9]{1,15}")
            ? Instant.ofEpochMilli(Long.parseLong(notBefore))
            : Instant.EPOCH;
    return new DelayedRecord(source, target == null ? fallback : target, dueAt, headers);
  }

  /**
   * The same, due at {@code latest} at the latest: whoever comes behind it must not wait longer.
   */
  DelayedRecord dueBy(Instant latest) {
    return dueAt.isAfter(latest) ? new DelayedRecord(source, target, latest, headers) : this;
  }

  /** As a record that is no job any worker could be given. */
  UnreadableJob unmovable(String problem) {
    Origin origin =
        Origin.newBuilder()
            .setTopic(source.topic())
            .setPartition(source.partition())
            .setOffset(source.offset())
            .setDeliveryCount(1)
            .build();
    return new UnreadableJob(
        namedJob().orElseGet(() -> UnreadableJob.idOf(source.key(), origin)),
        origin,
        1,
        TraceContext.received(
            Optional.ofNullable(headers.get(Headers.TRACEPARENT)),
            Optional.ofNullable(headers.get(Headers.TRACESTATE))),
        problem);
  }

  /** The id in the job itself; empty where the value is no job. */
  private Optional<String> namedJob() {
    try {
      return source.value() == null
          ? Optional.empty()
          : JobId.parse(CaptionJob.parseFrom(source.value()).getJobId()).map(JobId::toString);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}

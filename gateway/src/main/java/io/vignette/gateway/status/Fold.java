package io.vignette.gateway.status;

import com.google.protobuf.InvalidProtocolBufferException;
import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.FoldResult;
import io.vignette.ledger.state.JobFold;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.wire.JobId;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Applies records to the table. Thread-safe, but one thread at a time applies those of a job.
 *
 * <p>What cannot be read is logged and skipped, as the ledger does: one bad record must not hide
 * all jobs.
 */
final class Fold {
  private static final Logger LOG = Logger.getLogger(Fold.class);

  private final StatusMap map;
  private final TerminalWatch watch;

  Fold(StatusMap map, TerminalWatch watch) {
    this.map = map;
    this.watch = watch;
  }

  /** A record of the status topic: the ledger's snapshot of one job. */
  void snapshot(ConsumerRecord<String, byte[]> record) {
    Optional<UUID> id = idOf(record);
    if (id.isEmpty() || record.value() == null) {
      return;
    }
    try {
      load(id.get(), JobStatus.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      skipped(record, e);
    }
  }

  /** A feed that begins anew must not take back what the table knows already. */
  private void load(UUID id, JobStatus snapshot) {
    boolean isNews =
        map.get(id).filter(known -> known.getEventOffset() >= snapshot.getEventOffset()).isEmpty();
    if (isNews) {
      map.put(id, snapshot);
    }
  }

  /** A record of the events topic. */
  void event(ConsumerRecord<String, byte[]> record) {
    Optional<UUID> id = idOf(record);
    if (id.isEmpty() || record.value() == null) {
      return;
    }
    try {
      apply(id.get(), JobEvent.parseFrom(record.value()), record.offset());
    } catch (InvalidProtocolBufferException e) {
      skipped(record, e);
    }
  }

  private void apply(UUID id, JobEvent event, long offset) {
    FoldResult result = JobFold.apply(map.get(id).orElse(null), event, offset);
    if (result.changed()) {
      map.put(id, result.status());
    }
    if (result.effect() == Effect.TERMINAL) {
      watch.ended(id, result.status());
    }
  }

  private static Optional<UUID> idOf(ConsumerRecord<String, byte[]> record) {
    return record.key() == null ? Optional.empty() : JobId.parse(record.key()).map(JobId::value);
  }

  private static void skipped(
      ConsumerRecord<String, byte[]> record, InvalidProtocolBufferException e) {
    LOG.warnf(
        "table: record skipped, topicName=%s partition=%d offset=%d error=%s",
        record.topic(), record.partition(), record.offset(), e.getMessage());
  }
}

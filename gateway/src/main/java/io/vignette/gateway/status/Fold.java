package io.vignette.gateway.status;

import io.vignette.kafka.LineAllowance;
import io.vignette.kafka.OutageLog;
import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.FoldResult;
import io.vignette.ledger.state.JobFold;
import io.vignette.ledger.state.JobState;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.records.JobEventReader;
import io.vignette.records.JobStatusReader;
import io.vignette.records.ShownText;
import io.vignette.records.SkippedRecord;
import io.vignette.records.UnreadableRecordException;
import io.vignette.wire.JobId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Applies records to the table. Thread-safe, but one thread at a time applies those of a job.
 *
 * <p>What cannot be read is logged, counted and skipped, as the ledger does: one bad record must
 * not hide all jobs. So is a record that makes the fold itself fail. Reads by the same rules as the
 * ledger, so that both come to the same state.
 */
final class Fold {
  private static final Logger LOG = Logger.getLogger(Fold.class);

  private final StatusMap map;
  private final TerminalWatch watch;
  private final LongAdder skipped = new LongAdder();
  private final OutageLog faults = new OutageLog();
  private final LineAllowance lines = new LineAllowance();
  private final Consumer<JobStatus> ended;

  /**
   * @param ended hears the status of each job that an event ends
   */
  Fold(StatusMap map, TerminalWatch watch, Consumer<JobStatus> ended) {
    this.map = map;
    this.watch = watch;
    this.ended = ended;
  }

  /** Records that were skipped so far. */
  long skipped() {
    return skipped.sum();
  }

  /** Where the events of a partition end. */
  interface WrittenEvents {
    /** {@code offset}, or that of the last event of the partition where it is beyond. */
    long atMost(int partition, long offset);
  }

  /**
   * A record of the status topic: the ledger's snapshot of one job. One that claims to reflect
   * events which are not there yet reflects those that are: all that follow would be taken for
   * repetitions.
   *
   * @return whether it could be read
   */
  boolean snapshot(ConsumerRecord<String, byte[]> record, WrittenEvents events) {
    if (record.value() == null) {
      return false;
    }
    try {
      UUID id = idOf(record);
      JobStatus read = JobStatusReader.read(record.key(), record.value(), record.timestamp());
      long offset = events.atMost(record.partition(), read.getEventOffset());
      load(
          id,
          offset == read.getEventOffset() ? read : read.toBuilder().setEventOffset(offset).build());
      return true;
    } catch (UnreadableRecordException e) {
      skip(record, e.problem());
    } catch (RuntimeException e) {
      failed(record, e);
    }
    return false;
  }

  /**
   * A record of the status topic without a value: the ledger has forgotten the job, or somebody
   * says so. Only what has ended by then is forgotten here, too.
   */
  void forgotten(ConsumerRecord<String, byte[]> record) {
    try {
      UUID id = idOf(record);
      map.get(id)
          .filter(JobState::isTerminal)
          .filter(known -> known.getSince().getSeconds() * 1000 < record.timestamp())
          .ifPresent(known -> map.remove(id));
    } catch (UnreadableRecordException e) {
      skip(record, e.problem());
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
    try {
      UUID id = idOf(record);
      apply(
          id,
          JobEventReader.read(record.key(), record.value(), record.timestamp()).event(),
          record.offset());
    } catch (UnreadableRecordException e) {
      skip(record, e.problem());
    } catch (RuntimeException e) {
      failed(record, e);
    }
  }

  private void apply(UUID id, JobEvent event, long offset) {
    FoldResult result = JobFold.apply(map.get(id).orElse(null), event, offset);
    if (result.changed()) {
      map.put(id, result.status());
    }
    if (result.effect() == Effect.TERMINAL) {
      watch.ended(id, result.status());
      ended.accept(result.status());
    }
  }

  /** Only as ids are written: another spelling of one would be another job for the ledger. */
  private static UUID idOf(ConsumerRecord<String, byte[]> record) throws UnreadableRecordException {
    String key = record.key();
    Optional<JobId> id = key == null ? Optional.empty() : JobId.parseWritten(key);
    return id.map(JobId::value)
        .orElseThrow(
            () ->
                new UnreadableRecordException(
                    "key: %s (expected: a job id, a UUID in lower case)"
                        .formatted(key == null ? "none" : "'" + ShownText.of(key) + "'")));
  }

  /** A fault of ours: the record costs only itself. Where it is, is told once a minute. */
  private void failed(ConsumerRecord<String, byte[]> record, RuntimeException e) {
    if (faults.failed()) {
      LOG.errorf(e, "table: a record could not be applied");
    }
    skip(record, "record: %s (expected: one that can be applied)".formatted(e));
  }

  private void skip(ConsumerRecord<String, byte[]> record, String problem) {
    skipped.increment();
    lines
        .ask()
        .ifPresent(
            leftOut ->
                LOG.warnf(
                    "table: record skipped, %s%s",
                    new SkippedRecord(record.topic(), record.partition(), record.offset(), problem),
                    LineAllowance.text(leftOut)));
  }
}

package io.vignette.ledger.topology;

import com.google.protobuf.MessageLite;
import io.vignette.kafka.LineAllowance;
import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.FoldResult;
import io.vignette.ledger.state.JobFold;
import io.vignette.ledger.state.Results;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.Priority;
import io.vignette.proto.v1.State;
import io.vignette.records.JobEventReader;
import io.vignette.records.ReadEvent;
import io.vignette.records.ShownText;
import io.vignette.records.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the events of one partition and forwards what comes of them.
 *
 * <p>Not thread-safe; Streams calls it from one thread. A change goes to its entry, and so to the
 * topic of statuses; an end goes to results too (and to the JSON results where they are on), and a
 * failed end to dead. All of it and the event's offset commit in one transaction. Records that are
 * no events are skipped, never fatal: an event that can't be read today can't be read tomorrow.
 */
final class FoldProcessor implements Processor<String, byte[], String, MessageLite> {

  /**
   * Fixed, as nothing depends on it: an entry that stays longer than its retention costs its memory
   * only, and of retentions in hours ten minutes are little. A sweep looks at all entries (about 1
   * s a million) and holds up the fold meanwhile, so much more often would do harm.
   */
  static final Duration SWEEP_INTERVAL = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(FoldProcessor.class);

  /** Of the process: whoever writes such records writes them to all partitions. */
  private static final LineAllowance SKIPPED_LINES = new LineAllowance();

  private static final LineAllowance REPAIRED_LINES = new LineAllowance();

  private final LedgerConfig config;
  private final LedgerCounters counters;
  private final CommitPace pace;
  private @Nullable Partition partition;

  FoldProcessor(LedgerConfig config, LedgerCounters counters, CommitPace pace) {
    this.config = config;
    this.counters = counters;
    this.pace = pace;
  }

  @Override
  public void init(ProcessorContext<String, MessageLite> context) {
    Entries entries = new Entries(context.getStateStore(LedgerTopology.ENTRIES));
    partition = new Partition(context, entries);
    context.schedule(
        SWEEP_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now ->
            counters.countForgotten(entries.forget(Instant.ofEpochMilli(now), config.retention())));
    context.schedule(
        CommitPace.LOOK,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          if (pace.isDue(now)) {
            context.commit();
          }
        });
  }

  @Override
  public void process(Record<String, byte[]> record) {
    Partition here = partition;
    if (here == null) {
      throw new IllegalStateException("fold: not initialised (expected: init before process)");
    }
    RecordMetadata place = here.place();
    try {
      ReadEvent read = JobEventReader.read(record.key(), record.value(), record.timestamp());
      if (!read.repaired().isEmpty()) {
        repaired(place, read);
      }
      fold(here, record, read.event(), place.offset());
    } catch (UnreadableRecordException e) {
      counters.countUnreadable();
      SKIPPED_LINES
          .ask()
          .ifPresent(
              leftOut ->
                  LOG.warn(
                      "event skipped: topicName={} partition={} offset={} error={}{}",
                      place.topic(),
                      place.partition(),
                      place.offset(),
                      e.getMessage(),
                      LineAllowance.text(leftOut)));
    }
  }

  private void repaired(RecordMetadata place, ReadEvent read) {
    counters.countRepaired();
    REPAIRED_LINES
        .ask()
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event repaired: jobId={} topicName={} partition={} offset={} error={}"
                        + " (expected: values that can be){}",
                    ShownText.of(read.event().getJobId()),
                    place.topic(),
                    place.partition(),
                    place.offset(),
                    read.repaired(),
                    LineAllowance.text(leftOut)));
  }

  private void fold(Partition here, Record<String, byte[]> record, JobEvent event, long offset) {
    FoldResult folded = JobFold.apply(here.entries().find(event.getJobId()), event, offset);
    counters.count(folded.effect());
    if (!folded.changed()) {
      return;
    }
    here.entries().put(folded.status());
    if (folded.effect() == Effect.TERMINAL) {
      publish(here, record, folded.status(), event);
    }
  }

  private void publish(
      Partition here, Record<String, byte[]> record, JobStatus ended, JobEvent event) {
    Record<String, byte[]> labelled = OutputHeaders.ofResult(record, ended.getIdentity());
    CaptionResult result = Results.resultOf(ended);
    here.forward(labelled, result, LedgerTopology.RESULTS);
    if (config.jsonResults()) {
      here.forward(OutputHeaders.asJson(labelled), result, LedgerTopology.RESULTS_JSON);
    }
    if (ended.getState() == State.FAILED) {
      here.forward(labelled, Results.deadJobOf(ended, event), LedgerTopology.DEAD);
    }
    boolean isInteractive = ended.getIdentity().getPriority() != Priority.BULK;
    long now = here.context().currentSystemTimeMs();
    if (pace.isAlone(now, record.timestamp(), isInteractive)) {
      here.context().commit();
    }
  }

  /** What Streams gives a processor once it knows its partition. */
  private record Partition(ProcessorContext<String, MessageLite> context, Entries entries) {

    RecordMetadata place() {
      return context
          .recordMetadata()
          .orElseThrow(() -> new IllegalStateException("fold: no record (expected: in process)"));
    }

    void forward(Record<String, byte[]> like, MessageLite value, String sink) {
      context.forward(like.withValue(value), sink);
    }
  }
}

package io.vignette.gateway.intake;

import io.vignette.gateway.intake.IntakeConfig.Unmatched;
import io.vignette.gateway.submission.CaptionRequest;
import io.vignette.gateway.submission.RejectedException;
import io.vignette.kafka.OutageLog;
import io.vignette.wire.JobId;
import io.vignette.wire.Reason;
import io.vignette.wire.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Brings a record of image events to its end: every picture is a confirmed job, is ignored, or the
 * record is set aside, confirmed.
 *
 * <p>Thread-safe. Each record is worked on in a virtual thread of its own, {@value #WINDOW} of its
 * pictures at once; records of {@value #KIBIBYTES_MAX} KiB together are read at once, the others
 * wait: one record may name ten thousand pictures. Where Kafka or the gateway cannot take jobs, or
 * the queue is full, it goes on trying without end; what may be a fault of the event's is tried
 * {@value #ATTEMPTS_MAX} times, which takes a minute, and then set aside.
 */
final class EventHandler {
  private static final Logger LOG = Logger.getLogger(EventHandler.class);
  private static final int ATTEMPTS_MAX = 12;
  private static final int WINDOW = 16;
  private static final int KIBIBYTES_MAX = 4096;

  /** Whoever published the event has no use for names of classes; the log has them. */
  private static final String INTERNAL_FAULT =
      "event: internal fault (expected: none; the gateway's log has the details)";

  private final EventReader reader = new EventReader();
  private final Semaphore kibibytes = new Semaphore(KIBIBYTES_MAX, true);
  private final Executor threads = work -> Thread.ofVirtual().name("intake-event").start(work);
  private final Rules rules;
  private final Unmatched unmatched;
  private final JobDoor jobs;
  private final DeadLetters deadLetters;
  private final Retries retries;
  private final IntakeCounters counters;
  private final OutageLog retryLog = new OutageLog();
  private final OutageLog deadLog = new OutageLog();

  EventHandler(
      Rules rules,
      Unmatched unmatched,
      JobDoor jobs,
      DeadLetters deadLetters,
      Retries retries,
      IntakeCounters counters) {
    this.rules = rules;
    this.unmatched = unmatched;
    this.jobs = jobs;
    this.deadLetters = deadLetters;
    this.retries = retries;
    this.counters = counters;
  }

  /** Completes when the record's offset may be committed; never fails. */
  CompletableFuture<Void> handle(ConsumerRecord<byte[], byte[]> record) {
    return CompletableFuture.runAsync(() -> work(record), threads);
  }

  private void work(ConsumerRecord<byte[], byte[]> record) {
    int size = Math.clamp(Math.max(0, record.serializedValueSize()) / 1024 + 1, 1, KIBIBYTES_MAX);
    kibibytes.acquireUninterruptibly(size);
    try {
      List<Finding> found = found(record);
      List<Problem> problems = new ArrayList<>();
      for (int from = 0; from < found.size(); from += WINDOW) {
        List<Finding> window = found.subList(from, Math.min(from + WINDOW, found.size()));
        List<CompletableFuture<Optional<Problem>>> outcomes =
            window.stream().map(this::safely).toList();
        outcomes.forEach(outcome -> outcome.join().ifPresent(problems::add));
      }
      if (!problems.isEmpty()) {
        setAside(record, merged(problems, found.size())).join();
      }
    } finally {
      kibibytes.release(size);
    }
  }

  /** The reader throws nothing; should it do so all the same, one record is the price. */
  private List<Finding> found(ConsumerRecord<byte[], byte[]> record) {
    try {
      return reader.read(record);
    } catch (RuntimeException e) {
      LOG.errorf(e, "CAP-2004 internal fault: %s", placeOf(record));
      return List.of(new Finding.Unusable(Reason.INTERNAL, INTERNAL_FAULT));
    }
  }

  private CompletableFuture<Optional<Problem>> safely(Finding finding) {
    return CompletableFuture.completedFuture(finding)
        .thenCompose(this::outcome)
        .exceptionally(failure -> Optional.of(problemOf(failure)));
  }

  private CompletableFuture<Optional<Problem>> outcome(Finding finding) {
    return switch (finding) {
      case Finding.Skipped skipped -> ignored(skipped.cause());
      case Finding.Unusable unusable -> dead(unusable.reason(), unusable.message());
      case Finding.Found found ->
          rules
              .find(found.event().facts())
              .map(rule -> matched(rule, found.event()))
              .orElseGet(() -> unmatched(found.event()));
    };
  }

  private CompletableFuture<Optional<Problem>> unmatched(ImageEvent event) {
    return unmatched == Unmatched.IGNORE
        ? ignored(SkipCause.NO_RULE)
        : dead(
            Reason.EVENT_NO_RULE,
            "event of type '" + event.facts().type() + "': no rule (expected: one that matches)");
  }

  private CompletableFuture<Optional<Problem>> matched(Rule rule, ImageEvent event) {
    return switch (event.content()) {
      case EventContent.Unpictured none -> dead(none.reason(), none.message());
      case EventContent.Pictured pictured -> submit(rule.request(event, pictured), event.trace());
    };
  }

  private CompletableFuture<Optional<Problem>> submit(CaptionRequest request, TraceContext sent) {
    TraceContext trace = sent.isNone() ? TraceContext.fresh() : sent;
    return retries
        .<JobId>run(() -> jobs.submit(request, trace), this::again)
        .handle(
            (id, failure) -> {
              if (failure == null) {
                counters.countSubmitted();
                saySuccess();
                return Optional.empty();
              }
              return Optional.of(problemOf(failure));
            });
  }

  private boolean again(Throwable failure, int attempts) {
    Reason reason = reasonOf(failure);
    boolean isAgain =
        reason == Reason.QUEUE_UNAVAILABLE
            || reason == Reason.QUEUE_FULL
            || reason == Reason.STORE_UNAVAILABLE
            || reason == Reason.GATEWAY_BUSY
            || (reason.isRetryable() && attempts < ATTEMPTS_MAX);
    if (isAgain) {
      counters.countRetried();
      sayRetry(failure);
    }
    return isAgain;
  }

  private CompletableFuture<Void> setAside(ConsumerRecord<byte[], byte[]> record, Problem problem) {
    return retries
        .run(
            () -> deadLetters.write(record, problem),
            (failure, attempts) -> {
              counters.countRetried();
              sayRetry(failure);
              return true;
            })
        .thenRun(
            () -> {
              saySuccess();
              sayDead(record, problem);
            });
  }

  private CompletableFuture<Optional<Problem>> ignored(SkipCause cause) {
    counters.countIgnored(cause);
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletableFuture<Optional<Problem>> dead(Reason reason, String message) {
    return CompletableFuture.completedFuture(Optional.of(new Problem(reason, message)));
  }

  /** A record is set aside once, whatever is wrong with it. */
  private Problem merged(List<Problem> problems, int outcomes) {
    problems.forEach(problem -> counters.countDead(problem.reason()));
    Problem first = problems.getFirst();
    return outcomes == 1
        ? first
        : new Problem(
            first.reason(),
            "%d of %d pictures, the first: %s"
                .formatted(problems.size(), outcomes, first.message()));
  }

  private static Problem problemOf(Throwable failure) {
    if (failure instanceof RejectedException rejected) {
      return new Problem(rejected.reason(), String.valueOf(rejected.getMessage()));
    }
    LOG.error("CAP-2004 internal fault: event not submitted", failure);
    return new Problem(Reason.INTERNAL, INTERNAL_FAULT);
  }

  private static Reason reasonOf(Throwable failure) {
    return failure instanceof RejectedException rejected ? rejected.reason() : Reason.INTERNAL;
  }

  private void sayRetry(Throwable failure) {
    if (retryLog.failed()) {
      LOG.warnf("CAP-2002 events: to be tried again, error=%s", failure.getMessage());
    }
  }

  private void saySuccess() {
    retryLog
        .succeeded()
        .ifPresent(
            after -> LOG.infof("CAP-2006 events: taken again after %s", OutageLog.text(after)));
  }

  private void sayDead(ConsumerRecord<byte[], byte[]> record, Problem problem) {
    if (deadLog.failed()) {
      LOG.warnf("CAP-2001 event set aside: %s error=%s", placeOf(record), problem.reason().code());
    } else {
      LOG.debugf("event set aside: %s error=%s", placeOf(record), problem.reason().code());
    }
  }

  private static String placeOf(ConsumerRecord<byte[], byte[]> record) {
    return "topicName=%s partition=%d offset=%d"
        .formatted(record.topic(), record.partition(), record.offset());
  }
}

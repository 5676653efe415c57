package io.vignette.gateway.status;

import io.vignette.kafka.OutageLog;
import io.vignette.ledger.state.JobState;
import io.vignette.ledger.topology.Ledger;
import io.vignette.proto.v1.JobStatus;
import io.vignette.wire.JobId;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The state of every job, in memory: this gateway's own fold of all job events.
 *
 * <p>Thread-safe; never blocks. Dependents of returned stages may run on the table's thread and
 * must not block either. Bounded by {@link StatusConfig#entriesMax} and the jobs that are open.
 *
 * <p>Guarantees read-your-writes: a job whose event was confirmed before the call of {@link
 * #lookup} is found, whichever gateway wrote it, or the look-up fails; it is never called unknown.
 * Does not guarantee to know jobs that ended longer ago than its retention.
 */
@ApplicationScoped
public class JobTable {
  private static final Logger LOG = Logger.getLogger(JobTable.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final Duration CHECKPOINT_LIMIT = Duration.ofSeconds(10);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final StatusMap map;
  private final TerminalWatch watch = new TerminalWatch();
  private final Fold fold;
  private final int partitions;
  private final Progress progress;
  private final Cleaning cleaning;
  private final Checkpoints checkpoints;
  private final Duration waitMax;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final List<Consumer<JobStatus>> endListeners = new CopyOnWriteArrayList<>();
  private final OutageLog listenerFaults = new OutageLog();
  private volatile boolean waitsEnded;
  private volatile @Nullable TableSource source;
  private volatile @Nullable EventEnds ends;
  private volatile @Nullable TableFeed feed;

  @Inject
  public JobTable(
      KafkaConnection kafka,
      Topics topics,
      @ConfigProperty(name = "vignette.topics.event-partitions") int partitions,
      StatusConfig config,
      Clock clock) {
    this.kafka = kafka;
    this.topics = topics;
    this.partitions = partitions;
    this.progress = new Progress(partitions);
    this.map = new StatusMap(config.retention().toMillis(), config.entriesMax());
    this.cleaning = new Cleaning(map, clock, config.cleanInterval());
    this.checkpoints =
        new Checkpoints(
            config.stateDir().map(CheckpointFile::new), map, progress, config.checkpointInterval());
    this.waitMax = config.waitMax();
    this.fold = new Fold(map, watch, this::ended);
  }

  /** Starts to load; the topics must exist. */
  public synchronized void start() {
    TableSource opened = new TableSource(kafka, topics, partitions, Ledger.applicationId(topics));
    TableFeed started = new TableFeed(opened, fold, progress, checkpoints, cleaning);
    source = opened;
    ends = new EventEnds(partitions, opened::eventsEnd);
    feed = started;
    started.caughtUp().thenRun(checkpoints::start);
    pass(started.caughtUp(), ready);
    started.start();
  }

  /** Completes when the table reflects all that was on Kafka at its start. */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Whether look-ups can be answered. */
  public boolean isReady() {
    TableFeed current = feed;
    return ready.isDone()
        && !ready.isCompletedExceptionally()
        && current != null
        && current.isAlive();
  }

  /**
   * As {@link #lookup(JobId, Duration)}, waiting as long as {@link StatusConfig#waitMax} allows.
   */
  public CompletionStage<Optional<JobStatus>> lookup(JobId id) {
    return lookup(id, waitMax);
  }

  /** The job's status as the table knows it now; empty proves nothing. */
  public Optional<JobStatus> peek(JobId id) {
    return map.get(id.value());
  }

  /**
   * The job's status. A known id is answered at once. An unknown one waits until all events that
   * are on Kafka now have been folded; it is empty only then.
   *
   * @return fails with {@link TableNotReadyException} where an id is unknown and the table can't
   *     tell: it is loading, Kafka doesn't say where its events end, or the table doesn't get there
   *     within {@code maxWait}
   */
  public CompletionStage<Optional<JobStatus>> lookup(JobId id, Duration maxWait) {
    Optional<JobStatus> known = map.get(id.value());
    if (known.isPresent()) {
      return CompletableFuture.completedStage(known);
    }
    EventEnds current = ends;
    if (current == null || !isReady()) {
      return CompletableFuture.failedStage(TableNotReadyException.loading());
    }
    int partition = partitionOf(id);
    return known(id, level(current.of(partition), partition), maxWait);
  }

  /**
   * The job's status after the event at {@code offset} of {@code partition}, which is one of this
   * job's. Asks Kafka nothing: who wrote an event knows where it is. Empty only where the event was
   * unreadable or the job has been forgotten since.
   *
   * @return fails with {@link TableNotReadyException} where the table is loading, or does not get
   *     there within {@link StatusConfig#waitMax}
   */
  public CompletionStage<Optional<JobStatus>> lookupAfter(JobId id, int partition, long offset) {
    return isReady()
        ? known(id, progress.reached(partition, offset + 1), waitMax)
        : CompletableFuture.failedStage(TableNotReadyException.loading());
  }

  /** What the table knows when it is {@code there}; completes that early if nobody waits longer. */
  private CompletionStage<Optional<JobStatus>> known(
      JobId id, CompletableFuture<Void> there, Duration maxWait) {
    return there
        .orTimeout(maxWait.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (done, failure) -> {
              Optional<JobStatus> found = map.get(id.value());
              if (found.isEmpty() && failure != null) {
                throw TableNotReadyException.behind(maxWait, failure);
              }
              return found;
            });
  }

  /** Completes when the table is at {@code end}. Complete it to stop waiting. */
  private CompletableFuture<Void> level(CompletionStage<Long> end, int partition) {
    CompletableFuture<Void> level = new CompletableFuture<>();
    CompletionStage<Void> reached =
        end.thenCompose(
            offset -> {
              CompletableFuture<Void> there = progress.reached(partition, offset);
              // Whoever stops waiting is taken from the queue.
              level.whenComplete((done, failure) -> there.complete(null));
              return there;
            });
    pass(reached, level);
    return level;
  }

  private static void pass(CompletionStage<Void> outcome, CompletableFuture<Void> to) {
    outcome.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            to.complete(null);
          } else {
            to.completeExceptionally(failure);
          }
        });
  }

  /**
   * The job's status when it has ended, or whatever it is after {@code limit} or when {@link
   * #endWaits()} is called, at once where the limit is zero; empty where it is unknown then.
   */
  public CompletionStage<Optional<JobStatus>> awaitTerminal(JobId id, Duration limit) {
    if (limit.isZero()) {
      return CompletableFuture.completedStage(map.get(id.value()));
    }
    CompletableFuture<JobStatus> ended = watch.watch(id.value());
    // After the watch has begun, so that no end falls between.
    map.get(id.value()).filter(JobState::isTerminal).ifPresent(ended::complete);
    if (waitsEnded) {
      ended.cancel(false);
    }
    return ended
        .thenApply(Optional::of)
        .completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(cancelled -> Optional.empty())
        .thenApply(
            status -> {
              ended.cancel(false);
              return status.isPresent() ? status : map.get(id.value());
            });
  }

  /** From now on nobody is kept waiting for a job's end. For a stop. */
  public void endWaits() {
    waitsEnded = true;
    watch.cancelAll();
  }

  /**
   * Open jobs whose deadline was before {@code instant}, or whose state has not changed since
   * {@code unchangedSince}, at most {@code limit}. Takes time: a whole pass where there are fewer.
   */
  public List<JobStatus> overdue(Instant instant, Instant unchangedSince, int limit) {
    return map.overdue(instant.toEpochMilli(), unchangedSince.toEpochMilli(), limit);
  }

  /** Jobs in the table. */
  public int size() {
    return map.size();
  }

  /** Jobs in the table that have not ended. */
  public long openJobs() {
    return map.open().jobs();
  }

  /** The account of the jobs that have not ended. */
  public OpenJobs open() {
    return map.open();
  }

  /** Records on status and events that were passed over because they cannot be read. */
  public long skipped() {
    return fold.skipped();
  }

  /**
   * From now on {@code listener} hears the status of every job that ends, once the table is level
   * with Kafka: ends that it reads while it loads are old. Called on the table's thread; must not
   * block. What it throws is logged, once a minute, and costs neither the table nor the others.
   */
  public void onEnd(Consumer<JobStatus> listener) {
    endListeners.add(listener);
  }

  private void ended(JobStatus status) {
    if (ready.isDone()) {
      endListeners.forEach(listener -> tell(listener, status));
    }
  }

  private void tell(Consumer<JobStatus> listener, JobStatus status) {
    try {
      listener.accept(status);
    } catch (RuntimeException e) {
      if (listenerFaults.failed()) {
        LOG.errorf(e, "job table: a listener failed at the end of job %s", status.getJobId());
      }
    }
  }

  /** Jobs whose end somebody waits for. */
  public int watchedJobs() {
    return watch.size();
  }

  /** Stops following; look-ups of known jobs still answer. Idempotent. */
  public synchronized void close() {
    TableFeed running = feed;
    TableSource opened = source;
    if (running != null && opened != null) {
      running.close(CLOSE_LIMIT);
      checkpoints.close(CHECKPOINT_LIMIT);
      opened.close();
      source = null;
    }
  }

  /** As Kafka's producer places the job's events. */
  private int partitionOf(JobId id) {
    return BuiltInPartitioner.partitionForKey(
        id.toString().getBytes(StandardCharsets.UTF_8), partitions);
  }
}

package io.vignette.worker.lease.group;

import io.vignette.worker.lease.Due;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LaneLoop;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.RecordReader;
import io.vignette.worker.lease.ReleaseWait;
import io.vignette.worker.lease.StopSignal;
import io.vignette.worker.lease.group.HeldJobs.Held;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One thread with one consumer: hands a job out whenever one of those it holds has ended.
 *
 * <p>Holds at most {@code heldMax} jobs, of {@code heldBytesMax} bytes, and beside them what one
 * poll brought. No job waits for another: offsets are committed behind whatever has ended, by an
 * {@link OffsetBook} a partition. A lost broker costs the lane its consumer, never its life.
 */
final class GroupLane extends LaneLoop {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long ENDED_WAIT_MILLIS = 50;
  private static final Duration REVOKED_WAIT = Duration.ofSeconds(10);
  private static final Duration LAST_COMMIT_WAIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** There is no lease: the partition is this worker's until it leaves or is put out. */
  private static final Duration UNTIL = Duration.ofDays(1);

  /**
   * What a lane is made of.
   *
   * @param heldMax most jobs held, from 1
   * @param heldBytesMax most bytes of the held jobs' records, from 1; the last may go beyond
   * @param alone all partitions are this lane's; else those that the group gives it
   * @param backoff wait after the consumer was lost, and of a job whose handling failed
   * @param fallsBack whether the next consumer will do without what failed for the last one
   * @param starts where workers that use share groups have left off
   */
  record Parts(
      String name,
      LaneKind kind,
      String topic,
      int heldMax,
      long heldBytesMax,
      boolean alone,
      Duration backoff,
      Supplier<Consumer<String, byte[]>> consumers,
      Predicate<KafkaException> fallsBack,
      Supplier<Map<TopicPartition, Long>> starts,
      Clock clock) {}

  private final Parts parts;
  private final RecordReader reader;
  private final ReleaseWait releaseWait;
  private final LeaseListener listener;
  private final StopSignal stop;
  private final AtomicBoolean paused;
  private final DelayQueue<Due<Ended>> ended = new DelayQueue<>();
  private final HeldJobs held;
  private final Deque<ConsumerRecord<String, byte[]>> fetched = new ArrayDeque<>();

  /** Jobs whose place is written down before they are worked on. */
  private int cautious;

  /**
   * A suspect has gone to where it is tried alone. The sooner Kafka knows, the less often it comes
   * back from here when it takes this worker down a moment later: each time it is one job more
   * there.
   */
  private boolean isCommitUrgent;

  /** The group is being shared out anew, which goes on with a poll. */
  private boolean isUnsettled;

  /** What the listener was told last. */
  private boolean isPolling;

  private long polledNanos = System.nanoTime();

  GroupLane(
      Parts parts,
      RecordReader reader,
      LeaseListener listener,
      StopSignal stop,
      AtomicBoolean paused) {
    super(parts.name(), parts.backoff(), listener, stop);
    this.parts = parts;
    this.reader = reader;
    this.releaseWait = new ReleaseWait(parts.kind(), parts.backoff(), parts.clock());
    this.listener = listener;
    this.stop = stop;
    this.paused = paused;
    this.held = new HeldJobs(parts.heldMax(), parts.heldBytesMax());
  }

  @Override
  protected void serve() throws InterruptedException {
    fetched.clear();
    Consumer<String, byte[]> consumer = parts.consumers().get();
    try {
      // A job that takes workers down must be known as handed out before it does so again.
      Assignment assignment =
          new Assignment(
              consumer, parts.starts().get(), () -> cautious = 2 * parts.heldMax(), this::leave);
      if (parts.alone()) {
        assignment.takeAll(parts.topic());
      } else {
        consumer.subscribe(List.of(parts.topic()), assignment);
      }
      while (!stop.isStopping()) {
        round(consumer, assignment);
      }
      drain(consumer, assignment);
    } catch (KafkaException e) {
      if (!parts.fallsBack().test(e)) {
        throw e;
      }
    } finally {
      tellPolling(false);
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  /** Whatever befalls the consumer: what is held ends, or has had its time. */
  private void drain(Consumer<String, byte[]> consumer, Assignment assignment)
      throws InterruptedException {
    tellPolling(false);
    while (!held.isEmpty() && !stop.isGraceOver()) {
      settle(ENDED_WAIT_MILLIS);
      try {
        // Whoever is killed now has still written down what has ended.
        assignment.commitIfDue();
        stayMember(consumer, assignment, Duration.ZERO);
      } catch (RuntimeException e) {
        listener.laneFailed(name(), e, Duration.ofMillis(ENDED_WAIT_MILLIS));
      }
    }
    settle(0);
    long end = System.nanoTime() + LAST_COMMIT_WAIT.toNanos();
    while (!assignment.commitInOrder() && System.nanoTime() - end < 0 && !stop.isGraceOver()) {
      stayMember(consumer, assignment, POLL);
    }
  }

  @Override
  protected void finish() throws InterruptedException {
    while (!held.isEmpty() && !stop.isGraceOver()) {
      settle(ENDED_WAIT_MILLIS);
    }
  }

  private void round(Consumer<String, byte[]> consumer, Assignment assignment)
      throws InterruptedException {
    settle(0);
    handOut(assignment);
    if (isCommitUrgent) {
      isCommitUrgent = false;
      assignment.commitNow();
    } else {
      assignment.commitIfDue();
    }
    if (fetched.isEmpty()) {
      fetch(consumer, assignment);
    } else {
      tellPolling(false);
      settle(ENDED_WAIT_MILLIS);
      boolean isPollDue = System.nanoTime() - polledNanos >= POLL.toNanos();
      if (isUnsettled || !hasRoom(0, 0) && isPollDue) {
        isUnsettled = false;
        stayMember(consumer, assignment, Duration.ZERO);
      }
    }
  }

  private void fetch(Consumer<String, byte[]> consumer, Assignment assignment) {
    tellPolling(hasRoom(0, 0));
    assignment.resume();
    poll(consumer, assignment, POLL);
    hasPolled();
  }

  /** Each change is told once: whoever hears it counts. */
  private void tellPolling(boolean now) {
    if (isPolling != now) {
      isPolling = now;
      listener.polling(parts.kind(), now);
    }
  }

  /** Polls without fetching: whoever does not poll for long is put out of the group. */
  private void stayMember(Consumer<String, byte[]> consumer, Assignment assignment, Duration wait) {
    assignment.pause();
    poll(consumer, assignment, wait);
  }

  private void poll(Consumer<String, byte[]> consumer, Assignment assignment, Duration wait) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      // A partition that is lost may be read until the consumer's own thread has let it go.
      if (assignment.hasPartitionOf(record)) {
        fetched.add(record);
      }
    }
    polledNanos = System.nanoTime();
  }

  private boolean hasRoom(int coming, long comingBytes) {
    return !paused.get() && !stop.isStopping() && held.hasRoom(coming, comingBytes);
  }

  /** A record whose turn it is. */
  private record Next(ConsumerRecord<String, byte[]> record, OffsetBook book, int deliveries) {
    /** Has ended before, and is only passed over. */
    static final int NONE = 0;

    static Next of(ConsumerRecord<String, byte[]> record, OffsetBook book) {
      int deliveries =
          switch (book.step(record.offset())) {
            case SKIP -> NONE;
            case FRESH -> 1;
            case AGAIN -> 2;
          };
      return new Next(record, book, deliveries);
    }

    boolean isWork() {
      return deliveries != NONE;
    }

    int bytes() {
      return Math.max(0, record.serializedValueSize());
    }

    void note() {
      if (isWork()) {
        book.handedOut(record.offset());
      } else {
        book.skipped(record.offset());
      }
    }
  }

  private void handOut(Assignment assignment) {
    List<Next> next = new ArrayList<>();
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    long bytes = 0;
    Iterator<ConsumerRecord<String, byte[]>> waiting = fetched.iterator();
    while (waiting.hasNext() && hasRoom(records.size(), bytes)) {
      ConsumerRecord<String, byte[]> record = waiting.next();
      Next one = Next.of(record, assignment.bookOf(record));
      next.add(one);
      if (one.isWork()) {
        records.add(record);
        bytes += one.bytes();
      }
    }
    if (cautious > 0 && !records.isEmpty()) {
      if (!assignment.commitAhead(records)) {
        isUnsettled = true;
        return;
      }
      cautious -= records.size();
    }
    for (Next each : next) {
      fetched.remove();
      each.note();
    }
    List<Next> work = next.stream().filter(Next::isWork).toList();
    if (!work.isEmpty()) {
      int redelivered = (int) work.stream().filter(each -> each.deliveries() > 1).count();
      listener.acquired(parts.kind(), work.size(), redelivered);
      work.forEach(this::begin);
    }
  }

  private void begin(Next next) {
    Held job =
        new Held(next.book(), next.record().offset(), next.bytes(), reader.read(next.record()));
    held.add(job);
    handle(job, next.deliveries());
  }

  private void handle(Held job, int deliveries) {
    CompletionStage<Void> handled;
    try {
      handled = job.job().handOver(deliveries, parts.clock().instant().plus(UNTIL));
    } catch (RuntimeException e) { // Against the port's contract, but no reason to lose a lane.
      handled = CompletableFuture.failedFuture(e);
    }
    handled.whenComplete(
        (done, thrown) ->
            ended.add(
                new Due<>(
                    new Ended(job, deliveries, thrown == null),
                    thrown == null ? Duration.ZERO : waitAfter(deliveries),
                    stop)));
  }

  private Duration waitAfter(int deliveries) {
    return releaseWait.of(deliveries, parts.clock().instant().plus(UNTIL));
  }

  /** Notes what has ended, and begins again with what failed and has waited. */
  private void settle(long waitMillis) throws InterruptedException {
    Due<Ended> due = waitMillis == 0 ? ended.poll() : ended.poll(waitMillis, TimeUnit.MILLISECONDS);
    while (due != null) {
      Ended one = due.what();
      if (one.isDone()) {
        isCommitUrgent |= one.deliveries() > 1;
        held.remove(one.job());
        one.job().book().ended(one.job().offset());
      } else if (stop.isStopping()) {
        // Open in its book: it is the next worker's.
        held.remove(one.job());
      } else {
        handle(one.job(), one.deliveries() + 1);
      }
      due = ended.poll();
    }
  }

  /** These partitions go to another worker: what is held of them may end first. */
  private void leave(Collection<TopicPartition> partitions, Collection<OffsetBook> books) {
    fetched.removeIf(
        record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
    long end = System.nanoTime() + REVOKED_WAIT.toNanos();
    try {
      while (held.isAnyIn(books) && System.nanoTime() - end < 0 && !stop.isGraceOver()) {
        settle(ENDED_WAIT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A job that has ended, or that failed and is due again. */
  private record Ended(Held job, int deliveries, boolean isDone) {}
}

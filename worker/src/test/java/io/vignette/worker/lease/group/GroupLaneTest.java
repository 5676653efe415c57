package io.vignette.worker.lease.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.proto.v1.CaptionJob;
import io.vignette.wire.JobId;
import io.vignette.worker.lease.LaneKind;
import io.vignette.worker.lease.LeaseListener;
import io.vignette.worker.lease.RecordReader;
import io.vignette.worker.lease.SharedJobs.NotingHandler;
import io.vignette.worker.lease.StopSignal;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GroupLaneTest {
  private static final String TOPIC = "jobs";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final StopSignal stop = new StopSignal();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final NotingHandler handler = new NotingHandler(job -> end);
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger polling = new AtomicInteger();
  private final FailingConsumer consumer = new FailingConsumer();
  private final Deque<FailingConsumer> consumers = new ArrayDeque<>(List.of(consumer));
  private final Thread thread = Thread.ofPlatform().daemon(true).unstarted(lane());

  @AfterEach
  void leave() throws InterruptedException {
    stop.stop(Duration.ZERO);
    thread.join(SOON);
  }

  @Test
  void aConsumerThatFailsWhileTheWorkerStopsEndsNoWaitForJobs() throws Exception {
    consumer.add(job());
    thread.start();
    await().atMost(SOON).until(() -> handler.jobs.size() == 1);

    stop.stop(Duration.ofSeconds(40));
    await().atMost(SOON).until(() -> polling.get() == 0);
    consumer.isFailing.set(true);
    await().atMost(SOON).until(() -> !failures.isEmpty());
    assertThat(thread.join(Duration.ofMillis(200))).isFalse();
    consumer.isFailing.set(false);
    end.complete(null);

    assertThat(thread.join(SOON)).isTrue();
    assertThat(consumer.committed).containsExactly(1L);
  }

  /** Which goes on with a poll only. */
  @Test
  void theLastCommitWaitsWhileTheGroupIsSharedOutAnew() throws Exception {
    consumer.add(job());
    thread.start();
    await().atMost(SOON).until(() -> handler.jobs.size() == 1);

    consumer.refusals.set(2);
    end.complete(null);
    stop.stop(Duration.ofSeconds(40));

    assertThat(thread.join(SOON)).isTrue();
    assertThat(consumer.refusals).hasNegativeValue();
    assertThat(consumer.committed).containsExactly(1L);
  }

  @Test
  void aWorkerThatStopsWithoutAConsumerWaitsForItsJobs() throws Exception {
    consumer.add(job());
    thread.start();
    await().atMost(SOON).until(() -> handler.jobs.size() == 1);

    // The lane waits for a while before it makes another one.
    consumer.isFailing.set(true);
    await().atMost(SOON).until(consumer::closed);
    stop.stop(Duration.ofSeconds(40));
    assertThat(thread.join(Duration.ofMillis(200))).isFalse();
    end.complete(null);

    assertThat(thread.join(SOON)).isTrue();
  }

  @Test
  void aLaneThatLostItsConsumerDoesNotPoll() {
    thread.start();
    await().atMost(SOON).until(() -> polling.get() == 1);

    consumer.isFailing.set(true);

    await().atMost(SOON).until(() -> !failures.isEmpty());
    assertThat(polling).hasValue(0);
  }

  /** Kafka's newer client does not say of which offsets. */
  @Test
  void aCommitThatFailedIsMadeAgain() {
    consumer.add(job());
    consumer.lateRefusals.set(1);
    thread.start();
    await().atMost(SOON).until(() -> handler.jobs.size() == 1);

    end.complete(null);

    await().atMost(SOON).until(() -> consumer.committed.equals(List.of(1L)));
    assertThat(consumer.lateRefusals).hasNegativeValue();
    assertThat(failures).isEmpty();
  }

  /** The wait after a failure would be an hour. */
  @Test
  void whereTheProtocolIsRefusedTheNextConsumerComesAtOnce() {
    consumer.isRefused.set(true);
    FailingConsumer next = new FailingConsumer();
    next.add(job());
    consumers.add(next);

    thread.start();

    await().atMost(SOON).until(() -> handler.jobs.size() == 1);
    assertThat(consumer.closed()).isTrue();
    assertThat(failures).isEmpty();
    assertThat(polling).hasValue(1);
  }

  @Test
  void theBytesOfARecordAreNotKeptBesideItsJob() {
    WeakReference<byte[]> bytes = consumer.add(job());
    thread.start();
    await().atMost(SOON).until(() -> handler.jobs.size() == 1);

    await()
        .atMost(SOON)
        .until(
            () -> {
              System.gc();
              return bytes.get() == null;
            });
  }

  private GroupLane lane() {
    GroupLane.Parts parts =
        new GroupLane.Parts(
            "lane-bulk",
            LaneKind.BULK,
            TOPIC,
            4,
            Long.MAX_VALUE,
            true,
            Duration.ofHours(1),
            consumers::removeFirst,
            failure -> failure instanceof UnsupportedVersionException,
            Map::of,
            Clock.systemUTC());
    LeaseListener listener =
        new LeaseListener() {
          @Override
          public void laneFailed(String lane, RuntimeException cause, Duration wait) {
            failures.add(cause);
          }

          @Override
          public void polling(LaneKind lane, boolean began) {
            polling.addAndGet(began ? 1 : -1);
          }
        };
    return new GroupLane(
        parts, new RecordReader(LaneKind.BULK, handler), listener, stop, new AtomicBoolean());
  }

  private static byte[] job() {
    String id = JobId.fresh(Clock.systemUTC()).toString();
    return CaptionJob.newBuilder().setJobId(id).build().toByteArray();
  }

  /** Has one partition, and fails when told. */
  private static final class FailingConsumer extends MockConsumer<String, byte[]> {
    final AtomicBoolean isFailing = new AtomicBoolean();
    final AtomicBoolean isRefused = new AtomicBoolean();
    final AtomicInteger refusals = new AtomicInteger();
    final AtomicInteger lateRefusals = new AtomicInteger();
    volatile List<Long> committed = List.of();

    FailingConsumer() {
      super("earliest");
      updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, null, null, null)));
      updateBeginningOffsets(Map.of(PARTITION, 0L));
      updateEndOffsets(Map.of(PARTITION, 1L));
    }

    /** Comes with the first poll. */
    WeakReference<byte[]> add(byte[] value) {
      schedulePollTask(() -> addRecord(record(value)));
      return new WeakReference<>(value);
    }

    private static ConsumerRecord<String, byte[]> record(byte[] value) {
      return new ConsumerRecord<>(
          TOPIC,
          0,
          0,
          0,
          TimestampType.CREATE_TIME,
          0,
          value.length,
          "key",
          value,
          new RecordHeaders(),
          Optional.empty());
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
      if (refusals.getAndDecrement() > 0) {
        throw new RebalanceInProgressException("group: is being shared out anew");
      }
      committed = offsets.values().stream().map(OffsetAndMetadata::offset).toList();
      super.commitSync(offsets);
    }

    @Override
    public void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      // A commit that waits comes this way as well, without a callback.
      if (callback != null && lateRefusals.getAndDecrement() > 0) {
        callback.onComplete(null, new CommitFailedException("member: of an epoch that is over"));
      } else {
        committed = offsets.values().stream().map(OffsetAndMetadata::offset).toList();
        super.commitAsync(offsets, callback);
      }
    }

    @Override
    public ConsumerRecords<String, byte[]> poll(Duration timeout) {
      if (isFailing.get()) {
        throw new KafkaException("poll: failed (expected: that, in this test)");
      }
      if (isRefused.get()) {
        throw new UnsupportedVersionException("heartbeat: unknown (expected: that, in this test)");
      }
      LockSupport.parkNanos(Math.min(timeout.toNanos(), 1_000_000));
      return super.poll(timeout);
    }
  }
}

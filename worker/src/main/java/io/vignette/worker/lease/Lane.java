package io.vignette.worker.lease;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;

/**
 * One thread with one share consumer: takes permits, fetches, waits for the jobs of the fetch,
 * acknowledges each as it ends, fetches again.
 *
 * <p>Holds at most {@code records} jobs. Without permits it does not poll, nor while Kafka is away:
 * a share consumer that is polled then takes a whole processor. It stays a member of its group. A
 * lost broker costs it its consumer, never its life: it makes a new one after a wait.
 */
final class Lane extends LaneLoop {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Duration LEASE_UNKNOWN = Duration.ofSeconds(30);
  private static final Duration AWAY_CHECK = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /**
   * What a lane is made of.
   *
   * @param records most jobs of one fetch
   * @param kafkaPresent whether Kafka counts as present
   */
  record Parts(
      String name,
      LaneKind kind,
      int records,
      Supplier<ShareConsumer<String, byte[]>> consumers,
      LeaseSettings settings,
      BooleanSupplier kafkaPresent,
      Clock clock) {}

  private final Parts parts;
  private final Permits permits;
  private final RecordReader reader;
  private final ReleaseWait releaseWait;
  private final LeaseListener listener;
  private final StopSignal stop;

  Lane(Parts parts, Permits permits, JobHandler handler, LeaseListener listener, StopSignal stop) {
    super(parts.name(), parts.settings().backoff(), listener, stop);
    this.parts = parts;
    this.permits = permits;
    this.reader = new RecordReader(parts.kind(), handler);
    this.releaseWait = new ReleaseWait(parts.kind(), parts.settings().backoff(), parts.clock());
    this.listener = listener;
    this.stop = stop;
  }

  @Override
  protected void serve() throws InterruptedException {
    ShareConsumer<String, byte[]> consumer = parts.consumers().get();
    try {
      Acknowledgements acknowledgements = new Acknowledgements();
      consumer.setAcknowledgementCommitCallback(acknowledgements);
      while (!stop.isStopping()) {
        if (!parts.kafkaPresent().getAsBoolean()) {
          stop.await(AWAY_CHECK);
        } else if (permits.acquire(parts.kind(), parts.records(), parts.settings().pollTimeout())) {
          round(consumer, acknowledgements);
        }
      }
    } finally {
      consumer.close(CLOSE_TIMEOUT);
    }
  }

  private void round(ShareConsumer<String, byte[]> consumer, Acknowledgements acknowledgements)
      throws InterruptedException {
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    ConsumerRecords<String, byte[]> fetched = poll(consumer);
    if (!fetched.isEmpty()) {
      Fetch fetch = new Fetch(consumer, acknowledgements, stop, releaseWait);
      start(fetch, fetched, parts.clock().instant().plus(leaseTime(consumer)));
      fetch
          .acknowledgeAll()
          .ifPresent(
              lost -> {
                if (lost > 0) {
                  listener.acknowledgementsFailed(parts.kind(), lost);
                }
              });
    }
    listener.laneCpu(THREADS.getCurrentThreadCpuTime() - cpuBefore);
  }

  private ConsumerRecords<String, byte[]> poll(ShareConsumer<String, byte[]> consumer) {
    int fetched = 0;
    try {
      listener.polling(parts.kind(), true);
      ConsumerRecords<String, byte[]> records = consumer.poll(parts.settings().pollTimeout());
      fetched = records.count();
      hasPolled();
      return records;
    } finally {
      permits.release(parts.records() - fetched);
      listener.polling(parts.kind(), false);
    }
  }

  private Duration leaseTime(ShareConsumer<String, byte[]> consumer) {
    Duration leaseTime =
        consumer
            .acquisitionLockTimeoutMs()
            .map(millis -> Duration.ofMillis(millis.longValue()))
            .orElse(LEASE_UNKNOWN);
    listener.leaseTime(parts.kind(), leaseTime);
    return leaseTime;
  }

  private void start(Fetch fetch, ConsumerRecords<String, byte[]> records, Instant leasedUntil) {
    int redelivered = 0;
    for (ConsumerRecord<String, byte[]> leased : records) {
      if (RecordReader.deliveryCount(leased) > 1) {
        redelivered++;
      }
    }
    listener.acquired(parts.kind(), records.count(), redelivered);
    for (ConsumerRecord<String, byte[]> leased : records) {
      fetch.add(leased, leasedUntil, handle(leased, leasedUntil));
    }
  }

  private CompletionStage<Void> handle(ConsumerRecord<String, byte[]> leased, Instant leasedUntil) {
    CompletionStage<Void> handled;
    try {
      handled = reader.read(leased).handOver(RecordReader.deliveryCount(leased), leasedUntil);
    } catch (RuntimeException e) { // Against the port's contract, but no reason to lose a lane.
      handled = CompletableFuture.failedFuture(e);
    }
    return handled.whenComplete((done, thrown) -> permits.release(1));
  }
}

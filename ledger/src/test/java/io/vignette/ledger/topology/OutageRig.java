package io.vignette.ledger.topology;

import static org.awaitility.Awaitility.await;

import io.vignette.testkit.BrokerProcess;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * A broker, two ledgers and jobs that end, each in a process or thread of its own, and what an
 * outage does to the results.
 *
 * <p>Not thread-safe.
 */
final class OutageRig implements AutoCloseable {
  /** Above what the worst of the old settings needed: what hangs is to be measured, not cut off. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration POLL = Duration.ofMillis(50);

  /** Results that are younger don't lag: each needs a commit, on a busy machine a long one. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  private final Topics topics = new Topics("outage");
  private final Path folder;
  private final Optional<Path> gateway;
  private final BrokerProcess broker;
  private final List<LedgerMember> ledgers = new ArrayList<>();
  private final ResultClock clock;
  private int started;

  /**
   * What an outage did.
   *
   * @param away from its beginning until Kafka said where the end of every partition is, or until
   *     the ledger was let go on
   * @param first from then on until the first new result could be read, committed; zero where that
   *     was before
   * @param flowing from then on until no result was missing any more
   * @param apart the longest time between the confirmed end of a job and its result
   */
  record Effect(Duration away, Duration first, Duration flowing, Duration apart) {}

  private OutageRig(Path folder, Optional<Path> gateway) throws Exception {
    this.folder = folder;
    this.gateway = gateway;
    this.broker = BrokerProcess.start(folder.resolve("broker"), BrokerProcess.freePort());
    awaitAnswer();
    if (gateway.isEmpty()) { // A gateway makes its own.
      createTopics();
    }
    startLedger();
    startLedger();
    this.clock = ResultClock.start(broker.bootstrapServers(), topics);
    await().atMost(PATIENCE).pollInterval(POLL).until(() -> clock.results() > 100);
  }

  /** Returns when results flow. */
  static OutageRig start(Path folder) throws Exception {
    return new OutageRig(folder, Optional.empty());
  }

  /** With packaged gateways in place of bare ledgers. */
  static OutageRig start(Path folder, Path gateway) throws Exception {
    return new OutageRig(folder, Optional.of(gateway));
  }

  private void createTopics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      List<NewTopic> all = new ArrayList<>();
      Stream.of(topics.jobEvents(), topics.status())
          .map(name -> new NewTopic(name, Topics.EVENT_PARTITIONS, (short) 1))
          .forEach(all::add);
      Stream.of(topics.results(), topics.resultsJson(), topics.dead())
          .map(name -> new NewTopic(name, 1, (short) 1))
          .forEach(all::add);
      TestBroker.create(admin, all);
    }
  }

  private void startLedger() throws IOException {
    Path own = folder.resolve("ledger-" + started++);
    ledgers.add(
        gateway.isPresent()
            ? GatewayProcess.start(gateway.get(), broker.bootstrapServers(), topics, own)
            : LedgerProcess.start(broker.bootstrapServers(), topics, own));
  }

  /**
   * Brings an outage about and waits until it is over and forgotten.
   *
   * @param length of the absence; of no meaning for a ledger that is killed
   */
  Effect suffer(Outage outage, Duration length) throws Exception {
    long began = System.nanoTime();
    bringAbout(outage, length);
    long answered = System.nanoTime();
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(() -> clock.firstResultOfAJobEndedAfter(began) < Long.MAX_VALUE);
    awaitFlow(answered);
    long flowing = System.nanoTime();
    if (outage == Outage.LEDGER_KILLED) {
      startLedger();
      awaitFlow(System.nanoTime());
    }
    return new Effect(
        Duration.ofNanos(answered - began),
        Duration.ofNanos(Math.max(0, clock.firstResultOfAJobEndedAfter(began) - answered)),
        Duration.ofNanos(flowing - answered),
        clock.longest(began, flowing));
  }

  private void bringAbout(Outage outage, Duration length) throws InterruptedException {
    switch (outage) {
      case BROKER_KILLED -> {
        broker.kill();
        absent(length);
        broker.startAgain();
        awaitAnswer();
      }
      case BROKER_STOPPED -> {
        broker.stop();
        absent(length);
        broker.startAgain();
        awaitAnswer();
      }
      case BROKER_PAUSED -> {
        broker.pause();
        absent(length);
        broker.resume();
        awaitAnswer();
      }
      case LEDGER_KILLED -> ledgers.removeFirst().close();
      case LEDGER_PAUSED -> {
        ledgers.getFirst().pause();
        absent(length);
        ledgers.getFirst().resume();
      }
    }
  }

  /** The absence itself: nothing is waited for. */
  private static void absent(Duration length) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(length.toNanos());
  }

  private void awaitAnswer() {
    await().atMost(PATIENCE).pollInterval(POLL).until(this::answers);
  }

  /** Whether a new client is told the end of every partition of the events, or that none exists. */
  private boolean answers() throws InterruptedException {
    Map<String, Object> hurried =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "request.timeout.ms",
            1_000,
            "default.api.timeout.ms",
            1_000);
    try (Admin admin = Admin.create(hurried)) {
      if (admin.listTopics().names().get().contains(topics.jobEvents())) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < Topics.EVENT_PARTITIONS; partition++) {
          ends.put(new TopicPartition(topics.jobEvents(), partition), OffsetSpec.latest());
        }
        admin.listOffsets(ends).all().get();
      }
      return true;
    } catch (ExecutionException e) {
      return false; // Not yet.
    }
  }

  /** Until a job that ended after that has its result, and none that ended a while ago has none. */
  private void awaitFlow(long nanos) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(
            () ->
                clock.confirmedAfter(nanos + UNDER_WAY.toNanos())
                    && clock.firstResultOfAJobEndedAfter(nanos) < Long.MAX_VALUE
                    && clock.outstanding(System.nanoTime() - UNDER_WAY.toNanos()) == 0);
  }

  /** Ends no more jobs, waits for all results and returns how many jobs have more than one. */
  int settle() throws InterruptedException {
    clock.stopWriting();
    await().atMost(PATIENCE).pollInterval(POLL).until(() -> clock.outstanding(Long.MAX_VALUE) == 0);
    return clock.doubled();
  }

  @Override
  public void close() throws InterruptedException {
    clock.close();
    ledgers.forEach(LedgerMember::close);
    broker.close();
  }
}

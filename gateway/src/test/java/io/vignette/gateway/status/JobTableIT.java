package io.vignette.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.proto.v1.JobEvent;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.proto.v1.Submitted;
import io.vignette.proto.v1.Succeeded;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.JobId;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table against a real broker and a real ledger. */
class JobTableIT {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());
  private final JobTable table =
      new JobTable(broker.connection(), topics, Topics.EVENT_PARTITIONS, new FixedStatus(), CLOCK);
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void openProducer() {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    producer.close();
    table.close();
  }

  @Test
  void confirmedEventIsVisibleAtOnce() throws Exception {
    startTable();

    for (int i = 0; i < 200; i++) {
      JobId id = JobId.fresh(CLOCK);
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());

      assertThat(get(table.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
    }
  }

  @Test
  void unknownJobIsEmpty() throws Exception {
    startTable();

    assertThat(get(table.lookup(JobId.fresh(CLOCK), SECOND))).isEmpty();
  }

  @Test
  void loadingTableDoesNotClaimToKnow() {
    assertThatThrownBy(() -> get(table.lookup(JobId.fresh(CLOCK), SECOND)))
        .hasCauseInstanceOf(TableNotReadyException.class);
  }

  @Test
  void endWakesWhoWaits() throws Exception {
    startTable();
    JobId id = JobId.fresh(CLOCK);
    write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
    CompletionStage<Optional<JobStatus>> ended = table.awaitTerminal(id, Duration.ofSeconds(20));

    write(event(id).setSucceeded(Succeeded.getDefaultInstance()).build());

    assertThat(get(ended).map(JobStatus::getState)).contains(State.SUCCEEDED);
    assertThat(table.watchedJobs()).isZero();
  }

  @Test
  void waitEndsWithWhatIsKnown() throws Exception {
    startTable();
    JobId id = JobId.fresh(CLOCK);
    write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
    assertThat(get(table.lookup(id, SECOND))).isPresent();

    assertThat(get(table.awaitTerminal(id, Duration.ofMillis(50))).map(JobStatus::getState))
        .contains(State.QUEUED);
    assertThat(table.watchedJobs()).isZero();
  }

  @Test
  void snapshotAndLaterEventsMakeTheWholeTable(@TempDir Path folder) throws Exception {
    List<JobId> ended = endedJobs(100);
    Ledger ledger = new Ledger(broker.connection(), topics, LedgerConfig.of(topics, folder));
    ledger.start();
    get(ledger.running());
    get(ledger.caughtUp(Duration.ofSeconds(30)));
    ledger.close(Duration.ofSeconds(10));
    deleteAllEvents();
    JobId later = JobId.fresh(CLOCK);
    write(event(later).setSubmitted(Submitted.getDefaultInstance()).build());

    startTable();

    for (JobId id : ended) {
      assertThat(get(table.lookup(id, SECOND)).map(JobStatus::getState)).contains(State.SUCCEEDED);
    }
    assertThat(get(table.lookup(later, SECOND)).map(JobStatus::getState)).contains(State.QUEUED);
    assertThat(table.openJobs()).isEqualTo(1);
  }

  private List<JobId> endedJobs(int count) throws Exception {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JobId id = JobId.fresh(CLOCK);
      write(event(id).setSubmitted(Submitted.getDefaultInstance()).build());
      write(event(id).setSucceeded(Succeeded.getDefaultInstance()).build());
      ids.add(id);
    }
    return ids;
  }

  private void deleteAllEvents() throws Exception {
    Map<TopicPartition, RecordsToDelete> all =
        IntStream.range(0, Topics.EVENT_PARTITIONS)
            .mapToObj(partition -> new TopicPartition(topics.jobEvents(), partition))
            .collect(
                Collectors.toMap(partition -> partition, each -> RecordsToDelete.beforeOffset(-1)));
    try (Admin admin = broker.admin()) {
      admin.deleteRecords(all).all().get(30, TimeUnit.SECONDS);
    }
  }

  private void startTable() throws Exception {
    table.start();
    get(table.ready());
  }

  private static JobEvent.Builder event(JobId id) {
    return JobEvent.newBuilder()
        .setJobId(id.toString())
        .setAttempt(1)
        .setAt(Statuses.at(Instant.now().getEpochSecond()));
  }

  private void write(JobEvent event) throws Exception {
    producer
        .send(new ProducerRecord<>(topics.jobEvents(), event.getJobId(), event.toByteArray()))
        .get(30, TimeUnit.SECONDS);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}

package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.Events;
import io.vignette.ledger.state.Results;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.proto.v1.DeadJob;
import io.vignette.proto.v1.JobStatus;
import io.vignette.proto.v1.State;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One result a job, and one as JSON, whatever happens to events and ledgers. */
class LedgerIT {

  private static final int JOBS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private String bootstrapServers;
  private Topics topics;
  private LedgerTopics outside;

  @BeforeEach
  void createTopics() throws Exception {
    TestBroker broker = TestBroker.shared();
    bootstrapServers = broker.bootstrapServers();
    topics = broker.freshTopics();
    broker.createTopics(topics);
    outside = new LedgerTopics(bootstrapServers, topics);
    outside.createJsonResults();
  }

  @AfterEach
  void close() {
    outside.close();
  }

  @Test
  void aRestartInBetweenNeitherLosesNorDoubles() throws Exception {
    JobLives lives = new JobLives(1);
    Ledger first = started("first");
    outside.sendGarbage();
    outside.send(lives.events(0, JOBS / 2));
    outside.flush();
    assertThat(first.close(PATIENCE)).isTrue();
    assertThat(first.isHealthy()).isFalse();
    assertThat(first.fault().toCompletableFuture()).isNotDone();
    outside.send(lives.events(JOBS / 2, JOBS));
    outside.send(new JobLives(2).events(0, JOBS));
    outside.sendGarbage();
    outside.flush();

    Ledger second = started("second");
    completed(second.caughtUp(PATIENCE));

    assertThat(second.isHealthy()).isTrue();
    assertThat(first.counters().unreadable() + second.counters().unreadable()).isEqualTo(2);
    assertThat(first.counters().events(Effect.TERMINAL)).isLessThan(JOBS);
    assertThat(second.close(PATIENCE)).isTrue();
    assertExactlyOneResultAJob();
  }

  @Test
  void killedLedgersNeitherLoseNorDouble() throws Exception {
    JobLives lives = new JobLives(3);
    feedAndKill(lives, 0, JOBS / 3);
    feedAndKill(lives, JOBS / 3, 2 * JOBS / 3);

    Ledger last = started("last");
    outside.send(lives.events(2 * JOBS / 3, JOBS));
    outside.flush();
    completed(last.caughtUp(PATIENCE));

    assertThat(last.close(PATIENCE)).isTrue();
    assertExactlyOneResultAJob();
  }

  /** Whoever may write events may do so in a transaction, and die. */
  @Test
  void aTransactionThatIsLeftOpenHoldsNoResultUp() throws Exception {
    Ledger ledger = started("beside a transaction");
    try (LedgerTopics.OpenTransaction stranger = outside.openTransaction()) {
      outside.send(new JobLives(4).events(0, JOBS));
      outside.flush();

      completed(ledger.caughtUp(PATIENCE));

      await().atMost(PATIENCE).until(() -> outside.results().size() == JOBS);
      assertThat(stranger.isOpen()).isTrue();
    }
    assertThat(ledger.close(PATIENCE)).isTrue();
    assertExactlyOneResultAJob();
  }

  private void feedAndKill(JobLives lives, int from, int to) throws IOException {
    try (LedgerProcess ledger =
        LedgerProcess.start(bootstrapServers, topics, folder.resolve("killed"))) {
      int before = outside.results().size();
      outside.send(lives.events(from, to));
      outside.flush();
      await().atMost(PATIENCE).until(() -> outside.results().size() > before);
      outside.send(new JobLives(from).events(from, to));
    }
    outside.flush();
  }

  private void assertExactlyOneResultAJob() {
    Map<String, JobStatus> truth = outside.straightFold();
    CaptionResult[] results =
        truth.values().stream().map(Results::resultOf).toArray(CaptionResult[]::new);
    assertThat(truth)
        .containsOnlyKeys(IntStream.range(0, JOBS).mapToObj(n -> Events.id("job-" + n)).toList());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(outside.results()).containsExactlyInAnyOrder(results));
    assertThat(outside.jsonResults()).containsExactlyInAnyOrder(results);
    assertThat(outside.statuses()).isEqualTo(truth);
    assertThat(outside.dead())
        .extracting(DeadJob::getJobId)
        .containsExactlyInAnyOrderElementsOf(
            truth.values().stream()
                .filter(status -> status.getState() == State.FAILED)
                .map(JobStatus::getJobId)
                .toList());
  }

  private Ledger started(String name)
      throws InterruptedException, ExecutionException, TimeoutException {
    Ledger ledger =
        new Ledger(
            KafkaConnection.plaintext(bootstrapServers),
            topics,
            LedgerConfig.of(topics, folder.resolve(name)).withJsonResults(true));
    ledger.start();
    completed(ledger.running());
    return ledger;
  }

  private static void completed(CompletionStage<Void> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}

package io.vignette.ledger.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.ledger.state.Effect;
import io.vignette.ledger.state.Events;
import io.vignette.proto.v1.CaptionResult;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON results switched on and off between the starts of one system's ledger. */
class JsonResultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Events ENDED = Events.named("ended-while-off");
  private static final Events OPEN = Events.named("open-while-switched");
  private static final Events LAST = Events.named("ended-while-off-again");

  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.createTopics(broker.freshTopics());

  @TempDir private Path folder;

  @Test
  void theSwitchKeepsWhatTheLedgerKnows() throws Exception {
    try (LedgerTopics outside = new LedgerTopics(broker.bootstrapServers(), topics)) {
      outside.createJsonResults();
      outside.send(List.of(ENDED.succeeded(1), OPEN.started(1)));
      outside.flush();
      runUntilCaughtUp(false);

      outside.send(List.of(ENDED.succeeded(1), ENDED.failed(1), OPEN.succeeded(1, "a cat")));
      outside.flush();
      Ledger on = runUntilCaughtUp(true);

      assertThat(on.counters().events(Effect.DUPLICATE)).isEqualTo(1);
      assertThat(on.counters().events(Effect.LATE)).isEqualTo(1);
      assertThat(outside.jsonResults())
          .singleElement()
          .isEqualTo(resultOf(OPEN, outside.results()))
          .extracting(result -> result.getAnswers(0).getText())
          .isEqualTo("a cat");

      outside.send(List.of(OPEN.failed(1), LAST.succeeded(1)));
      outside.flush();
      runUntilCaughtUp(false);

      assertThat(outside.jsonResults()).hasSize(1);
      assertThat(outside.results())
          .extracting(CaptionResult::getJobId)
          .containsExactlyInAnyOrder(ENDED.jobId(), OPEN.jobId(), LAST.jobId());
    }
  }

  private Ledger runUntilCaughtUp(boolean jsonResults) throws Exception {
    LedgerConfig config = LedgerConfig.of(topics, folder).withJsonResults(jsonResults);
    Ledger ledger = new Ledger(broker.connection(), topics, config);
    ledger.start();
    completed(ledger.running());
    completed(ledger.caughtUp(PATIENCE));
    assertThat(ledger.close(PATIENCE)).isTrue();
    return ledger;
  }

  private static CaptionResult resultOf(Events job, List<CaptionResult> results) {
    return results.stream()
        .filter(result -> result.getJobId().equals(job.jobId()))
        .findFirst()
        .orElseThrow();
  }

  private static void completed(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}

package io.vignette.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.chores.Chore;
import io.vignette.gateway.chores.Chores;
import io.vignette.gateway.ledger.FixedLedger;
import io.vignette.gateway.ledger.LedgerFlush;
import io.vignette.gateway.ledger.LedgerHost;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.topics.FixedTopics;
import io.vignette.gateway.topics.TopicSetup;
import io.vignette.testkit.TestBroker;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts against a real broker. */
class GatewayLifecycleIT {
  private final TestBroker broker = TestBroker.shared();
  private final Topics topics = broker.freshTopics();

  @TempDir private Path folder;

  /** One that no scheduler takes. */
  private record Restless() implements Chore {
    @Override
    public String name() {
      return "restless";
    }

    @Override
    public Duration interval() {
      return Duration.ZERO;
    }

    @Override
    public void pass() {}
  }

  @Test
  void choresThatCannotBeStartedFailTheStart() {
    GatewayLifecycle gateway = gateway(broker.connection(), List.of(new Restless()));

    gateway.start(new StartupEvent());

    assertThatThrownBy(() -> gateway.ready().toCompletableFuture().get(60, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThat(gateway.hasFailed()).isTrue();
    gateway.stop(new ShutdownEvent());
  }

  @Test
  void ledgerThatLostItsRightsNeedsARestart(@TempDir Path kafka) throws Exception {
    try (GuardedBroker guarded = GuardedBroker.start(kafka)) {
      GatewayLifecycle gateway = gateway(guarded.connection(), List.of());
      gateway.start(new StartupEvent());
      get(gateway.ready());
      assertThat(gateway.hasFailed()).isFalse();

      guarded.denyReading(topics.jobEvents());

      assertThat(get(gateway.fault()))
          .hasStackTraceContaining("Not authorized to access topics: [" + topics.jobEvents() + "]");
      assertThat(gateway.hasFailed()).isTrue();
      gateway.stop(new ShutdownEvent());
    }
  }

  @Test
  void secretThatMayNotBeReadFailsTheStart(@TempDir Path kafka) throws Exception {
    try (GuardedBroker guarded = GuardedBroker.start(kafka)) {
      guarded.denyReading(topics.secret());
      GatewayLifecycle gateway = gateway(guarded.connection(), List.of());

      gateway.start(new StartupEvent());

      assertThatThrownBy(() -> get(gateway.ready())).hasStackTraceContaining(topics.secret());
      assertThat(gateway.hasFailed()).isTrue();
      gateway.stop(new ShutdownEvent());
    }
  }

  @Test
  void orderlyStopIsNoFault() throws Exception {
    GatewayLifecycle gateway = gateway(broker.connection(), List.of());
    gateway.start(new StartupEvent());
    get(gateway.ready());

    gateway.stop(new ShutdownEvent());

    assertThat(gateway.fault().toCompletableFuture()).isNotDone();
    assertThat(gateway.hasFailed()).isFalse();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private GatewayLifecycle gateway(KafkaConnection kafka, List<Chore> chores) {
    FixedLedger config = new FixedLedger(1, folder);
    LedgerHost ledger = new LedgerHost(kafka, topics, Topics.EVENT_PARTITIONS, config);
    return new GatewayLifecycle(
        new TopicSetup(kafka, topics, new FixedTopics(), Optional.empty(), false),
        new DeploymentSecret(kafka, topics, Optional::empty),
        ledger,
        new LedgerFlush(ledger),
        new JobTable(kafka, topics, Topics.EVENT_PARTITIONS, new FixedStatus(), Clock.systemUTC()),
        new Chores(chores),
        config);
  }
}

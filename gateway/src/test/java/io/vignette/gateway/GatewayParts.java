package io.vignette.gateway;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.gateway.chores.Chores;
import io.vignette.gateway.ledger.FixedLedger;
import io.vignette.gateway.ledger.LedgerFlush;
import io.vignette.gateway.ledger.LedgerHost;
import io.vignette.gateway.secret.DeploymentSecret;
import io.vignette.gateway.status.FixedStatus;
import io.vignette.gateway.status.JobTable;
import io.vignette.gateway.topics.FixedTopics;
import io.vignette.gateway.topics.TopicSetup;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a gateway without HTTP is made of. */
public record GatewayParts(GatewayLifecycle lifecycle, JobTable table, LedgerHost ledger) {

  /** Real ones, not started. */
  public static GatewayParts of(KafkaConnection kafka, Topics topics, Path folder) {
    FixedLedger config = new FixedLedger(1, folder);
    LedgerHost ledger = new LedgerHost(kafka, topics, Topics.EVENT_PARTITIONS, config);
    JobTable table =
        new JobTable(kafka, topics, Topics.EVENT_PARTITIONS, new FixedStatus(), Clock.systemUTC());
    GatewayLifecycle lifecycle =
        new GatewayLifecycle(
            new TopicSetup(kafka, topics, new FixedTopics(), Optional.empty(), false),
            new DeploymentSecret(kafka, topics, Optional::empty),
            ledger,
            new LedgerFlush(ledger),
            table,
            new Chores(List.of()),
            config);
    return new GatewayParts(lifecycle, table, ledger);
  }

  /** Returns when the gateway is ready. */
  public void start() throws Exception {
    lifecycle.start(new StartupEvent());
    lifecycle.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  public void stop() {
    lifecycle.stop(new ShutdownEvent());
  }
}

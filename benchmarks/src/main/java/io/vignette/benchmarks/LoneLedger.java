package io.vignette.benchmarks;

import io.vignette.ledger.topology.Ledger;
import io.vignette.ledger.topology.LedgerConfig;
import io.vignette.wire.KafkaConnection;
import io.vignette.wire.Topics;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A ledger as a process of its own: no gateway, no framework.
 *
 * <p>Arguments: Kafka's address, topic prefix, data folder. Prints {@code ledger=running} when it
 * folds events; runs until it is ended.
 */
public final class LoneLedger {

  private LoneLedger() {}

  public static void main(String[] args) throws InterruptedException {
    JavaCommand.logWarningsOnly();
    Topics topics = new Topics(args[1]);
    Ledger ledger =
        new Ledger(
            KafkaConnection.plaintext(args[0]), topics, LedgerConfig.of(topics, Path.of(args[2])));
    ledger.start();
    ledger.running().toCompletableFuture().join();
    System.out.println("ledger=running");
    new CountDownLatch(1).await();
  }
}

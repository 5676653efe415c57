package io.vignette.benchmarks;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * The embedded broker as a process of its own.
 *
 * <p>Argument: data folder. Prints {@code bootstrap=host:port} when it is ready; runs until it is
 * ended.
 */
public final class LoneBroker {

  private LoneBroker() {}

  public static void main(String[] args) throws InterruptedException {
    JavaCommand.logWarningsOnly();
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.in(Path.of(args[0])))) {
      broker.ready().toCompletableFuture().join();
      System.out.println("bootstrap=" + broker.bootstrapServers());
      new CountDownLatch(1).await();
    }
  }
}

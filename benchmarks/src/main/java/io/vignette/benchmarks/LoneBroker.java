package io.vignette.benchmarks;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.BrokerTraffic;
import io.vignette.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The embedded broker as a process of its own.
 *
 * <p>Argument: data folder. Prints {@code bootstrap=host:port} when it is ready, and every few
 * seconds {@code traffic=} with the requests and the records so far, and the requests by name; runs
 * until it is ended.
 */
public final class LoneBroker {
  /** Reading the meters costs some milliseconds. */
  private static final int SECONDS_BETWEEN = 5;

  /** As docker-compose.yml sets them; in one JVM they are ten times as often. */
  private static final Map<String, String> HEARTBEATS =
      Map.of(
          "group.consumer.heartbeat.interval.ms", "1000",
          "group.share.heartbeat.interval.ms", "1000");

  static final String TRAFFIC = "traffic=";

  private LoneBroker() {}

  public static void main(String[] args) throws InterruptedException {
    JavaCommand.logWarningsOnly();
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerConfig(Path.of(args[0]), 0, HEARTBEATS))) {
      broker.ready().toCompletableFuture().join();
      System.out.println("bootstrap=" + broker.bootstrapServers());
      while (true) {
        BrokerTraffic traffic = BrokerTraffic.now();
        long requests = traffic.requests().values().stream().mapToLong(Long::longValue).sum();
        System.out.println(
            TRAFFIC
                + String.join(
                    " ",
                    Long.toString(requests),
                    Long.toString(traffic.records()),
                    new TreeMap<>(traffic.requests()).toString()));
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
      }
    }
  }
}

package io.vignette.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.kafka.KafkaAwayException;
import io.vignette.kafka.KafkaWatch;
import io.vignette.wire.KafkaConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch on a real broker that stops and comes back. */
class KafkaPresenceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void absenceEndsWhatWaitsAndIsOverWhenKafkaIsBack() throws Exception {
    int port = freePort();
    KafkaPresence presence = new KafkaPresence(connection(port));
    EmbeddedBroker first = broker(port);
    presence.start(new StartupEvent());
    try {
      CompletionStage<String> unconfirmed = presence.whilePresent(CompletableFuture::new);
      assertThat(presence.isPresent()).isTrue();

      first.close();

      await().atMost(PATIENCE).until(() -> !presence.isPresent());
      assertThatThrownBy(() -> get(unconfirmed))
          .cause()
          .isInstanceOfSatisfying(
              KafkaAwayException.class, away -> assertThat(away.isBegun()).isTrue());
      AtomicBoolean handedOver = new AtomicBoolean();
      assertThatThrownBy(() -> get(presence.whilePresent(() -> note(handedOver))))
          .cause()
          .isInstanceOfSatisfying(
              KafkaAwayException.class, away -> assertThat(away.isBegun()).isFalse());
      assertThat(handedOver).isFalse();

      EmbeddedBroker second = broker(port);
      await().atMost(PATIENCE).until(presence::isPresent);
      assertThat(get(presence.whilePresent(() -> note(handedOver)))).isEqualTo("done");
      second.close();
    } finally {
      presence.stop(new ShutdownEvent());
      first.close();
    }
  }

  @Test
  void answersOfOtherClientsCount() throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    ScheduledExecutorService confirmations = Executors.newSingleThreadScheduledExecutor();
    try (KafkaWatch watch = new KafkaWatch(connection(freePort()), new Lines(lines))) {
      confirmations.scheduleAtFixedRate(watch::heard, 0, 20, TimeUnit.MILLISECONDS);
      watch.start();

      await()
          .during(Duration.ofSeconds(8))
          .atMost(PATIENCE)
          .until(() -> watch.isPresent() && lines.isEmpty());
      confirmations.shutdownNow();

      await().atMost(PATIENCE).until(() -> !watch.isPresent());
      await().atMost(PATIENCE).until(() -> !lines.isEmpty());
    } finally {
      confirmations.shutdownNow();
    }
  }

  private record Lines(List<String> lines) implements KafkaWatch.Listener {
    @Override
    public void away(String why) {
      lines.add(why);
    }

    @Override
    public void back(Duration after) {
      lines.add("back");
    }
  }

  private static CompletionStage<String> note(AtomicBoolean handedOver) {
    handedOver.set(true);
    return CompletableFuture.completedStage("done");
  }

  private EmbeddedBroker broker(int port) throws Exception {
    EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerConfig(folder.resolve("kafka"), port, Map.of()));
    broker.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return broker;
  }

  private static KafkaConnection connection(int port) {
    return KafkaConnection.plaintext("127.0.0.1:" + port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}

package io.vignette.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.broker.BrokerConfig;
import io.vignette.broker.EmbeddedBroker;
import io.vignette.testkit.Pictures;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is told to end while its callers go on. */
class GatewayStopIT {
  private static final int CALLERS = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private EmbeddedBroker broker;
  private ServiceProcess gateway;
  private String body;

  @BeforeEach
  void start() throws IOException {
    int port = ServiceProcess.freePort();
    broker = EmbeddedBroker.start(new BrokerConfig(folder.resolve("kafka"), port, Map.of()));
    gateway =
        ServiceProcess.gateway(
            folder,
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + port,
                "VIGNETTE_BLOB_STORE_FOLDER",
                folder.resolve("blobs").toString()));
    gateway.awaitReady();
    await().atMost(PATIENCE).until(() -> gateway.get("/q/health/started").statusCode() == 200);
    body = Messages.request(picture());
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
    broker.close();
    threads.shutdownNow();
  }

  @RepeatedTest(5)
  void everySteadyCallerIsAnswered() throws Exception {
    List<Caller> callers = new ArrayList<>();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Caller caller = new Caller();
      callers.add(caller);
      running.add(threads.submit(caller));
    }
    await().atMost(PATIENCE).until(() -> callers.stream().allMatch(each -> each.answers.get() > 3));

    gateway.process().destroy();

    assertThat(gateway.process().waitFor(30, TimeUnit.SECONDS)).as(gateway::log).isTrue();
    for (Future<?> caller : running) {
      caller.get(60, TimeUnit.SECONDS);
    }
    assertThat(callers).flatExtracting(each -> each.faults).as(gateway::log).isEmpty();
    assertThat(gateway.log()).doesNotContain("\tat ").doesNotContain("ERROR");
  }

  @Test
  void whoSendsNothingMoreDoesNotHoldTheStopUp() throws Exception {
    try (Socket idle = connect("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Socket halfWay =
            connect(
                "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n{\"image\"")) {
      assertThat(idle.getInputStream().read()).isEqualTo('H');
      await()
          .atMost(PATIENCE)
          .until(() -> gateway.get("/q/metrics").body().contains("http_server_active_requests"));

      gateway.process().destroy();

      assertThat(gateway.process().waitFor(40, TimeUnit.SECONDS)).as(gateway::log).isTrue();
      assertThat(halfWay.isConnected()).isTrue();
    }
    assertThat(gateway.log()).doesNotContain("\tat ");
  }

  private Socket connect(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private byte[] picture() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("picture"));
    new Pictures(33).writeMixed(pictures, 1, 200, 150);
    try (Stream<Path> files = Files.list(pictures)) {
      return Files.readAllBytes(files.findFirst().orElseThrow());
    }
  }

  /** Sends one request after another on a kept connection until nobody listens any more. */
  private final class Caller implements Runnable {
    private final AtomicInteger answers = new AtomicInteger();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    @Override
    public void run() {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/captions"))
              .timeout(PATIENCE)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
        while (true) {
          HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
          if (answer.statusCode() == 202) {
            answers.incrementAndGet();
          } else {
            faults.add(answer.statusCode() + " " + answer.body());
            return;
          }
        }
      } catch (ConnectException e) {
        // Nobody listens: nothing was taken from us.
      } catch (IOException e) {
        faults.add("cut after " + answers.get() + " answers: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

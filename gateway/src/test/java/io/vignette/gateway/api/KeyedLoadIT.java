package io.vignette.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.GatewayLifecycle;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests with idempotency keys over 64 connections at once, beside their broker and client. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class KeyedLoadIT {
  private static final int CONNECTIONS = 64;
  private static final int REQUESTS_EACH = 60;
  private static final String BODY =
      "{\"image\":{\"data\":\"iVBORw0KGgo=\"},\"priority\":\"bulk\"}";

  private final GatewayLifecycle gateway;

  @Inject
  KeyedLoadIT(GatewayLifecycle gateway) {
    this.gateway = gateway;
  }

  @Test
  void keysAreTakenUnderLoad() throws Exception {
    gateway.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
    Map<Integer, AtomicInteger> statuses = new ConcurrentHashMap<>();

    try (ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        work.add(() -> submitAll(statuses));
      }
      for (Future<Void> done : clients.invokeAll(work)) {
        done.get();
      }
    }

    int refused =
        statuses.entrySet().stream()
            .filter(status -> status.getKey() != 202)
            .mapToInt(status -> status.getValue().get())
            .sum();
    assertThat(refused)
        .as("refused of %d, by status: %s", CONNECTIONS * REQUESTS_EACH, statuses)
        .isLessThanOrEqualTo(CONNECTIONS * REQUESTS_EACH / 100);
  }

  /** A client of its own has a connection of its own. */
  private static Void submitAll(Map<Integer, AtomicInteger> statuses)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < REQUESTS_EACH; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/captions"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(BodyPublishers.ofByteArray(BODY.getBytes(UTF_8)))
                .build();
        int status = client.send(request, BodyHandlers.discarding()).statusCode();
        statuses.computeIfAbsent(status, unseen -> new AtomicInteger()).incrementAndGet();
      }
    }
    return null;
  }
}

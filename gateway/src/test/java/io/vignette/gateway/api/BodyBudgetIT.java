package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vignette.gateway.BrokerResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More bodies at once than there is memory for. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BodyBudgetIT {
  private static final String BODY = "{\"image\":{\"data\":\"iVBORw0KGgo=\"}}";

  @Inject BodyBudget budget;
  @Inject BodyLimit limit;

  private final List<RawConnection> connections = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
  }

  @Test
  void whoAnnouncesMuchAndSendsNothingHoldsNothing() throws Exception {
    for (long announced = 0; announced <= 2 * budget.bytesMax(); announced += limit.bytesMax()) {
      announce("application/json").send("{");
    }

    given()
        .contentType(ContentType.JSON)
        .body(BODY + " ".repeat(3 << 20))
        .post("/v1/captions")
        .then()
        .statusCode(202);
  }

  @Test
  void aBodyThatFindsNoMemoryIsRefusedUntilOthersAreDone() throws Exception {
    try (BodyBudget.Share others = budget.open(Optional.empty())) {
      assertThat(others.hold(budget.bytesMax())).isTrue();
      String refused = announce("application/json").awaitHeard("}");
      assertThat(refused)
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("retry-after: 1")
          .contains("\"code\":\"gateway.busy\"", "beside those of others");

      given().contentType(ContentType.JSON).body(BODY).post("/v1/captions").then().statusCode(202);
    }
    await().until(() -> budget.heldBytes() == 0);
    given()
        .contentType(ContentType.JSON)
        .body(BODY + " ".repeat(3 << 20))
        .post("/v1/captions")
        .then()
        .statusCode(202);
  }

  @Test
  void aBodyThatHasBegunIsRefusedWhenOthersTakeTheMemory() throws Exception {
    for (String type : List.of("application/json", "multipart/form-data; boundary=b")) {
      RawConnection upload = announce(type);
      upload.send(
          type.startsWith("multipart")
              ? "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n"
              : "{\"image\":{\"data\":\"");
      upload.send("A".repeat(2 << 20));
      await().until(() -> budget.heldBytes() > 2 << 20);

      try (BodyBudget.Share others = budget.open(Optional.empty())) {
        assertThat(others.hold(budget.bytesMax() - (3 << 20))).isTrue();
        upload.send("A".repeat(2 << 20));

        assertThat(upload.awaitClosed())
            .as(type)
            .startsWith("HTTP/1.1 503")
            .containsIgnoringCase("retry-after: 1")
            .contains("\"code\":\"gateway.busy\"", "connection: close");
      }
      await().until(() -> budget.heldBytes() == 0);
    }
  }

  /** A resource that reads nothing, so that the watch alone sees the body come. */
  @ApplicationScoped
  static class Unread {
    static final String PATH = "/v1/test-that-reads-nothing";

    void route(@Observes Router router) {
      router.post(PATH).handler(request -> request.request().resume());
    }
  }

  @Test
  void whatTheWatchRefusesOverHttpTwoSaysWhenToComeAgain() throws Exception {
    try (VerbatimClient http = new VerbatimClient(RestAssured.port);
        BodyBudget.Share others = budget.open(Optional.empty())) {
      assertThat(others.hold(budget.bytesMax())).isTrue();
      VerbatimClient.Answer answer =
          http.post(
                  HttpVersion.HTTP_2,
                  Unread.PATH,
                  Map.of(),
                  request -> request.write(Buffer.buffer(new byte[2 << 20])))
              .get(30, TimeUnit.SECONDS);

      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.headers().getAll("retry-after")).containsExactly("1");
    }
    await().until(() -> budget.heldBytes() == 0);
  }

  @Test
  void whoLeavesHoldsNothing() throws Exception {
    RawConnection upload = announce("application/json").send("{" + " ".repeat(2 << 20));
    await().until(() -> budget.heldBytes() > 2 << 20);

    upload.close();

    await().until(() -> budget.heldBytes() == 0);
  }

  /** A request of the largest body, which does not come. */
  private RawConnection announce(String contentType) throws IOException {
    RawConnection connection = new RawConnection();
    connections.add(connection);
    return connection.send(
        "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(contentType, limit.bytesMax()));
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vignette.gateway.BrokerResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More bodies at once than there is memory for. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BodyBudgetIT {
  @Inject BodyBudget budget;
  @Inject BodyLimit limit;

  private final List<Socket> announced = new ArrayList<>();
  private final StringBuilder heard = new StringBuilder();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : announced) {
      socket.close();
    }
  }

  @Test
  void aBodyThatFindsNoMemoryIsRefusedUntilOthersAreDone() throws Exception {
    assertThat(budget.bytesMax()).isGreaterThan(limit.bytesMax());
    for (long held = 0; held <= budget.bytesMax(); held += limit.bytesMax()) {
      announced.add(announce());
    }

    // One of them was too many; the others wait for their bodies.
    String refused = await().until(this::answers, answers -> answers.contains("}"));
    assertThat(refused)
        .startsWith("HTTP/1.1 503")
        .contains("retry-after: 1", "\"code\":\"gateway.busy\"", "beside those of others");

    given()
        .contentType(ContentType.JSON)
        .body("{\"image\":{\"data\":\"iVBORw0KGgo=\"}}")
        .post("/v1/captions")
        .then()
        .statusCode(202);

    close();
    await().until(this::hasRoomForAll);
  }

  private boolean hasRoomForAll() {
    Optional<BodyBudget.Share> all = budget.take(budget.bytesMax());
    all.ifPresent(BodyBudget.Share::close);
    return all.isPresent();
  }

  /** What was said to all of them; connections stay open. */
  private String answers() throws IOException {
    for (Socket socket : announced) {
      InputStream answer = socket.getInputStream();
      heard.append(new String(answer.readNBytes(answer.available()), US_ASCII));
    }
    return heard.toString();
  }

  /** A request of the largest body, which doesn't come. */
  private Socket announce() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
    String head =
        "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n".formatted(limit.bytesMax());
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }
}

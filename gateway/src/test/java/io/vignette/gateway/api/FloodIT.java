package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpVersion;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.http.Connections;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send too slowly, too much, or don't read. */
@QuarkusTest
@TestProfile(FloodIT.Impatient.class)
@QuarkusTestResource(BrokerResource.class)
@Timeout(120)
class FloodIT {
  private static final String POST =
      "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  /** The preface and empty settings. */
  private static final String HTTP_TWO = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";

  /** A content type, and behind it the headers of an upgrade. */
  private static final String UPGRADING = "application/json\r\n" + RawConnection.UPGRADE + "X: x";

  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private static final String FORM_PART =
      "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n";

  /** A gateway that waits for nobody. */
  public static final class Impatient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "vignette.http.connections-max", "20",
          "vignette.http.head-timeout", "500ms",
          "vignette.http.keep-alive-timeout", "700ms",
          "vignette.http.body-pause-max", "700ms",
          "vignette.http.body-timeout", "2s",
          "vignette.http.answer-timeout", "1s");
    }
  }

  @Inject Connections connections;
  @Inject BodyBudget budget;
  @Inject BodyLimit limit;

  @BeforeEach
  void awaitGuard() {
    await().until(connections::areGuarded);
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    try (RawConnection silent = new RawConnection()) {
      assertThat(silent.awaitClosed()).isEmpty();
    }
  }

  @Test
  void aHeadThatDoesNotEndIsRefused() throws Exception {
    try (RawConnection slow = new RawConnection()) {
      slow.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-");
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                slow.send("a");
                return slow.heard().contains("}");
              });
      assertThat(slow.awaitClosed())
          .startsWith("HTTP/1.1 408")
          .contains("\"code\":\"request.timeout\"", "head: not complete");
    }
  }

  @Test
  void aConnectionThatIsKeptForNothingIsClosed() throws Exception {
    try (RawConnection kept = new RawConnection()) {
      kept.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n");
      kept.awaitHeard("}");

      assertThat(kept.awaitClosed().split("HTTP/1.1", -1)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "multipart/form-data; boundary=b", UPGRADING})
  void aBodyThatStopsHalfWayIsRefused(String type) throws Exception {
    try (RawConnection stopped = new RawConnection()) {
      stopped.send(head(type, "Content-Length: 1000"));
      stopped.send(type.startsWith("multipart") ? FORM_PART + "abc" : "{\"image\":");

      assertThat(stopped.awaitClosed())
          .startsWith("HTTP/1.1 408")
          .contains("\"code\":\"request.timeout\"", "nothing came for 700 ms");
      await().until(() -> budget.heldBytes() == 0);
    }
  }

  @Test
  void aBodyOfAByteNowAndThenIsRefused() throws Exception {
    try (RawConnection slow = new RawConnection()) {
      slow.send(head("application/json", "Content-Length: 1000"));
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                slow.send(" ");
                return slow.heard().contains("}");
              });
      assertThat(slow.awaitClosed()).startsWith("HTTP/1.1 408").contains("not complete after");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/json", "multipart/form-data; boundary=b", "text/plain", UPGRADING})
  void anEndlessBodyIsRefusedAsSoonAsItIsTooLong(String type) throws Exception {
    AtomicLong taken = new AtomicLong();
    try (RawConnection endless = new RawConnection()) {
      endless.send(head(type, "Transfer-Encoding: chunked"));
      if (type.startsWith("multipart")) {
        endless.send(Integer.toHexString(FORM_PART.length()) + "\r\n" + FORM_PART + "\r\n");
      }
      byte[] chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(US_ASCII);

      assertThatThrownBy(
              () -> {
                while (taken.addAndGet(1 << 16) < 1L << 30) {
                  endless.send(chunk);
                }
              })
          .isInstanceOf(IOException.class);
    }
    // What lies in the buffers of the system was sent, too.
    assertThat(taken.get()).isLessThan(limit.bytesMax() + (16 << 20));
  }

  /** Of a body there is next to nothing in it. */
  @Test
  void whatStandsAroundAnEndlessBodyCountsToo() throws Exception {
    AtomicLong taken = new AtomicLong();
    try (RawConnection endless = new RawConnection()) {
      endless.send(head("application/json", "Transfer-Encoding: chunked"));
      byte[] chunks = ("1;" + "x".repeat(4000) + "\r\n \r\n").repeat(16).getBytes(US_ASCII);

      assertThatThrownBy(
              () -> {
                while (taken.addAndGet(chunks.length) < 1L << 30) {
                  endless.send(chunks);
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(taken.get()).isLessThan(2 * limit.bytesMax() + (32 << 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", UPGRADING})
  void anEndlessBodyIsToldWhy(String type) throws Exception {
    try (RawConnection endless = new RawConnection();
        FaultLog log = new FaultLog()) {
      endless.send(head(type, "Transfer-Encoding: chunked"));
      String chunk = "10000\r\n" + " ".repeat(1 << 16) + "\r\n";
      for (long sent = 0; sent <= limit.bytesMax(); sent += 1 << 16) {
        endless.send(chunk);
      }

      assertThat(endless.awaitClosed())
          .startsWith("HTTP/1.1 413")
          .contains("\"code\":\"request.too_large\"", "connection: close");
      assertThat(log.faults()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void anEndlessBodyEndsOverBothVersions(HttpVersion version) throws Exception {
    AtomicLong taken = new AtomicLong();
    try (VerbatimClient http = new VerbatimClient(RestAssured.port)) {
      VerbatimClient.Answer answer =
          http.post(version, "/v1/captions", JSON, request -> http.writeOn(request, taken))
              .get(60, TimeUnit.SECONDS);
      assertThat(answer.status()).isEqualTo(413);
    } catch (ExecutionException e) {
      // The client noticed the end of the connection first.
      assertThat(taken.get()).isGreaterThan(limit.bytesMax());
    }
    assertThat(taken.get()).isLessThan(limit.bytesMax() + (32 << 20));
  }

  @Test
  void whoDoesNotReadTheAnswersIsCutOff() throws Exception {
    try (RawConnection deaf = new RawConnection()) {
      String request = "GET /q/openapi HTTP/1.1\r\nHost: localhost\r\n\r\n";
      assertThatThrownBy(
              () ->
                  await()
                      .atMost(Duration.ofSeconds(60))
                      .pollInterval(Duration.ofMillis(10))
                      .until(
                          () -> {
                            deaf.send(request.repeat(20));
                            return false;
                          }))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws Exception {
    List<RawConnection> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        crowd.add(new RawConnection());
      }
      long told = 0;
      for (RawConnection connection : crowd) {
        try {
          connection.send("GET / HTTP/1.1\r\n");
        } catch (IOException e) {
          // Closed already.
        }
      }
      for (RawConnection connection : crowd) {
        told += connection.awaitClosed().startsWith("HTTP/1.1 408") ? 1 : 0;
      }
      assertThat(told).isBetween(1L, 20L);
    } finally {
      for (RawConnection connection : crowd) {
        connection.close();
      }
    }
    await().until(() -> given().get("/v1/models").statusCode() == 200);
  }

  @Test
  void streamsOfAnHttpTwoConnectionAreBounded() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(HTTP_TWO);

      // MAX_CONCURRENT_STREAMS (3) of 100.
      connection.awaitHeard("\0\3\0\0\0\144");
    }
  }

  /** The server's own bound begins with the client's acknowledgement, which may never come. */
  @Test
  void streamsAreBoundedBeforeTheClientHasAcknowledgedIt() throws Exception {
    // INITIAL_WINDOW_SIZE (4) of 0: no answer ends its stream.
    StringBuilder flood =
        new StringBuilder("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\4\0\0\0\0");
    for (int stream = 3; stream < 3 + 2 * 300; stream += 2) {
      flood
          .append("\0\0\16\1\5\0\0")
          .append((char) (stream >> 8))
          .append((char) (stream & 0xff))
          .append("\u0082\u0086\u0084\1\tlocalhost");
    }
    try (RawConnection connection = new RawConnection()) {
      connection.send(flood.toString());
      // RST_STREAM of the last one: REFUSED_STREAM (7).
      String last = "\0\0\4\3\0\0\0" + (char) (601 >> 8) + (char) (601 & 0xff) + "\0\0\0\7";
      String heard =
          await()
              .atMost(Duration.ofSeconds(20))
              .until(connection::heard, all -> all.contains(last));

      int refused = heard.split("(?s)\0\0\4\3\0\0\0..\0\0\0\7", -1).length - 1;
      assertThat(refused).isBetween(200, 201);
    }
  }

  @Test
  void anHttpTwoRequestWithoutAPathIsReset() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      // CONNECT, and no :path.
      connection.send(HTTP_TWO + "\0\0\24\1\5\0\0\0\1\2\7CONNECT\1\tlocalhost");
      // RST_STREAM of stream 1: PROTOCOL_ERROR.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(connection::heard, all -> all.contains("\0\0\4\3\0\0\0\0\1\0\0\0\1"));
    }
  }

  @Test
  void anHttpTwoRequestOfNoUriIsToldWhatWasExpected() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      // GET, http, :path of "/%", authority.
      connection.send(HTTP_TWO + "\0\0\21\1\5\0\0\0\1\u0082\u0086\4\2/%\1\tlocalhost");

      assertThat(connection.awaitHeard("}")).contains("\"status\":400", "path: '/%'");
    }
  }

  @Test
  void anHttpTwoConnectionThatAsksForNothingIsClosed() throws Exception {
    try (RawConnection silent = new RawConnection()) {
      silent.send(HTTP_TWO);
      untilClosed(silent);
    }
  }

  @Test
  void anHttpTwoConnectionThatIsKeptForNothingIsClosed() throws Exception {
    try (RawConnection kept = new RawConnection()) {
      // Stream 1: GET, http, /, by the static table of HPACK, of localhost.
      kept.send(HTTP_TWO + "\0\0\16\1\5\0\0\0\1\u0082\u0086\u0084\1\tlocalhost");
      // END_STREAM of stream 1.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(kept::heard, all -> all.contains("\0\1\0\0\0\1"));
      untilClosed(kept);
    }
  }

  @Test
  void anHttpTwoRequestThatIsAnsweredAndNeverEndsIsReset() throws Exception {
    try (RawConnection open = new RawConnection()) {
      // As above, without END_STREAM.
      open.send(HTTP_TWO + "\0\0\16\1\4\0\0\0\1\u0082\u0086\u0084\1\tlocalhost");
      // RST_STREAM of stream 1: NO_ERROR.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(open::heard, all -> all.contains("\0\0\4\3\0\0\0\0\1\0\0\0\0"));
      untilClosed(open);
    }
  }

  @Test
  void anHttpTwoAnswerThatIsGivenNoRoomIsReset() throws Exception {
    double before = cutsOf("answer_timeout");
    try (RawConnection unread = new RawConnection()) {
      // INITIAL_WINDOW_SIZE (4) of 0.
      unread.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\6\4\0\0\0\0\0\0\4\0\0\0\0");
      unread.send("\0\0\16\1\5\0\0\0\1\u0082\u0086\u0084\1\tlocalhost");
      untilClosed(unread);
    }
    assertThat(cutsOf("answer_timeout")).isGreaterThan(before);
  }

  /** They need no key, and each takes processor time. */
  @Test
  void moreScrapesThanAnybodyNeedsAreRefused() throws Exception {
    StringBuilder flood = new StringBuilder(HTTP_TWO);
    for (int stream = 1; stream < 2 * 60; stream += 2) {
      flood
          .append("\0\0\31\1\5\0\0\0")
          .append((char) stream)
          .append("\u0082\u0086\4\12/q/metrics\1\tlocalhost");
    }
    try (RawConnection connection = new RawConnection()) {
      connection.send(flood.toString());
      connection.awaitHeard("scrapes: more than 20 a second from one address (expected: fewer)");
      given().get("/q/health/live").then().statusCode(200);
    }
    await().until(() -> given().get("/q/metrics").statusCode() == 200);
  }

  /** Whoever leaves with requests open is nobody's fault: one log line each would be a flood. */
  @Test
  void aConnectionThatIsCutWithItsStreamsOpenLeavesNoFaultInTheLog() throws Exception {
    try (FaultLog log = new FaultLog()) {
      for (int round = 0; round < 20; round++) {
        StringBuilder flood = new StringBuilder(HTTP_TWO);
        for (int stream = 1; stream < 2 * 90; stream += 2) {
          flood
              .append("\0\0\16\1\5\0\0\0")
              .append((char) stream)
              .append("\u0082\u0086\u0084\1\tlocalhost");
        }
        try (RawConnection connection = new RawConnection()) {
          connection.send(flood.toString());
        }
      }
      // Until the server has seen them leave, it may have no room for another one.
      await()
          .ignoreExceptionsInstanceOf(SocketException.class)
          .until(() -> given().get("/v1/models").statusCode() == 200);
      assertThat(log.faults()).isEmpty();
    }
  }

  private static double cutsOf(String cause) {
    return given()
        .get("/q/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith("vignette_http_cuts_total{cause=\"" + cause + "\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Pings don't keep it open. */
  private static void untilClosed(RawConnection connection) {
    assertThatThrownBy(
            () ->
                await()
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(100))
                    .until(
                        () -> {
                          connection.send("\0\0\10\6\0\0\0\0\0" + "12345678");
                          return false;
                        }))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aBodyThatStopsHalfWayIsRefusedOverHttpTwo() throws Exception {
    try (VerbatimClient http = new VerbatimClient(RestAssured.port)) {
      VerbatimClient.Answer answer =
          http.post(HttpVersion.HTTP_2, "/v1/captions", JSON, request -> request.write("{"))
              .get(30, TimeUnit.SECONDS);

      assertThat(answer.status()).as(answer.body()).isEqualTo(408);
      // Nobody is left who waits for the body; the server's own time-out is 30 s.
      await().atMost(Duration.ofSeconds(10)).until(() -> budget.heldBytes() == 0);
    }
  }

  /** Of a request with a body, whose type may bring other headers with it. */
  private static String head(String type, String length) {
    return POST.replace("application/json", type) + length + "\r\n\r\n";
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static io.vignette.gateway.api.RawConnection.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.http.Connections;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not HTTP, or HTTP that two servers may read differently. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class HttpGrammarIT {
  private static final String CHUNKED =
      "POST /v1/captions HTTP/1.1~Host: localhost~Content-Type: application/json~"
          + "Transfer-Encoding: chunked~~";

  @Inject Connections connections;

  @BeforeEach
  void awaitGuard() {
    await().until(connections::areGuarded);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | GET /v1/models HTTP/1.1~~",
        "400 | GET /v1/models HTTP/1.1~Host: localhost~Host: 127.0.0.1~~",
        "400 | POST /v1/captions HTTP/1.1~Host: localhost~Content-Length: 5~Transfer-Encoding: chunked~~0~~",
        "400 | POST /v1/captions HTTP/1.1~Host: localhost~Content-Length: 5~Content-Length: 6~~hello",
        "400 | POST /v1/captions HTTP/1.1~Host: localhost~Content-Length: five~~hello",
        "400 | POST /v1/captions HTTP/1.0~Host: localhost~Transfer-Encoding: chunked~~0~~",
        "501 | POST /v1/captions HTTP/1.1~Host: localhost~Transfer-Encoding: gzip, chunked~~0~~",
        "501 | POST /v1/captions HTTP/1.1~Host: localhost~Transfer-Encoding: xchunked~~0~~",
        "505 | GET /v1/models HTTP/9.9~Host: localhost~~",
        "400 | GET /v1/models HTTP/1.1~Host: localhost~Bad Name: b~~",
        "505 | GET /v1/models http/1.1~Host: localhost~~",
        "505 | GET /v1/models HTTP/01.1~Host: localhost~~",
        "400 | GET /v1/models HTTP/1.1~Host: localhost~: b~~",
        "400 | nothing like it~~",
        "400 | GET HTTP/1.1~Host: localhost~~",
      })
  void isRefusedWithAProblem(int status, String request) throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(request.replace("~", "\r\n"));

      assertThat(connection.awaitClosed())
          .startsWith("HTTP/1.1 " + status + " ")
          .containsIgnoringCase("content-type: application/problem+json")
          .containsIgnoringCase("connection: close")
          .contains("\"status\":" + status, "\"code\":\"request.invalid\"", "(expected: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz~",
        "-1~",
        "2~{}zz~",
        "2;%s~{}~0~~",
        "2~{}~0~X: %s%<s%<s%<s~~",
        "2~{}~0~Bad Name: b~~",
      })
  void chunksThatAreNoneAreRefusedWithAProblem(String body) throws Exception {
    String plain = (CHUNKED + body.formatted("a".repeat(9000))).replace("~", "\r\n");
    String upgrading = plain.replace("Host: localhost\r\n", "Host: localhost\r\n" + UPGRADE);
    for (String request : List.of(plain, upgrading)) {
      try (RawConnection connection = new RawConnection()) {
        connection.send(request);

        assertThat(connection.awaitClosed())
            .startsWith("HTTP/1.1 400 ")
            .containsIgnoringCase("content-type: application/problem+json")
            .containsIgnoringCase("connection: close")
            .contains("\"code\":\"request.invalid\"", "body: not in chunks");
      }
    }
  }

  /** RFC 9110, 5.6.1.2: a list may have empty elements. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "   ", ",", "application/json, ,text/plain", "*/*,", "a/b\r\nAccept: ,*/*"})
  void emptyElementsOfWhatIsAcceptedCountForNothing(String accept) throws Exception {
    for (String path : List.of("/v1/models", "/q/health/live", "/q/openapi")) {
      try (RawConnection connection = new RawConnection();
          FaultLog log = new FaultLog()) {
        connection.send(
            "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept:%s\r\n\r\n"
                .formatted(path, accept));

        assertThat(connection.awaitClosed()).as(path).startsWith("HTTP/1.1 200");
        assertThat(log.faults()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/captions, 405",
    "/q/metrics/more, 404",
    "/%, 400",
    "//, 400",
    "/, 200",
    "/v1/models, 200",
    "/q/health/live, 200",
    "/q/metrics, 200",
    "/q/openapi, 200"
  })
  void anAnswerToHeadHasNoBody(String path, int status) throws Exception {
    try (VerbatimClient http = new VerbatimClient(RestAssured.port)) {
      for (HttpVersion version : VerbatimClient.VERSIONS) {
        VerbatimClient.Answer answer = http.send(version, HttpMethod.HEAD, path, Map.of());

        assertThat(answer.status()).as(version + " " + path).isEqualTo(status);
        assertThat(answer.body()).isEmpty();
      }
    }
  }

  @Test
  void anHttpTwoRequestNamesOneHost() throws Exception {
    List<String> head =
        List.of(":method", "GET", ":scheme", "http", ":path", "/v1/models", ":authority");
    for (List<String> hosts :
        List.of(
            List.of("localhost", "host", "localhost", "host", "evil.example"),
            List.of("localhost", "host", "evil.example"))) {
      try (RawConnection connection = new RawConnection()) {
        connection.send(RawHttpTwo.beginning());
        connection.send(
            RawHttpTwo.head(true, Stream.concat(head.stream(), hosts.stream()).toList()));

        assertThat(connection.awaitHeard("}")).contains("\"status\":400", "Host: ");
      }
    }
  }

  /** Offers to go on in another protocol, taken up by nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        UPGRADE,
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: %%%\r\n",
        "Connection: Upgrade\r\nConnection: HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings:\r\n",
        "Connection: upgrade,http2-settings\r\nUpgrade: H2C, x/1\r\nHTTP2-Settings: AAQAAAAA\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Connection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/2.0\r\n",
        "Connection: Upgrade\r\nUpgrade:\r\n",
        "Upgrade: h2c\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\n",
      })
  void anUpgradeIsIgnored(String offer) throws Exception {
    String get = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n";
    try (RawConnection connection = new RawConnection();
        FaultLog log = new FaultLog()) {
      connection.send(get + offer + "\r\n" + get + offer + "\r\n");
      connection.send(get + "Connection: close\r\n\r\n");

      assertThat(connection.awaitClosed().split("HTTP/1.1 ", -1))
          .hasSize(4)
          .allMatch(answer -> answer.isEmpty() || answer.startsWith("200 OK\r\n"));
      assertThat(log.faults()).isEmpty();
    }
  }

  @Test
  void whoOffersAnUpgradeMayAskForTheEndOfTheConnection() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n"
              + UPGRADE.replace("Upgrade,", "Upgrade, close,")
              + "\r\n");

      assertThat(connection.awaitClosed()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void theRefusalOfABodyComesBehindTheAnswersOfEarlierRequests() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          ("POST /v1/captions HTTP/1.1~Host: localhost~Content-Type: application/json~"
                  + "Prefer: wait=1~Content-Length: 34~~{\"image\":{\"data\":\"iVBORw0KGgo=\"}} "
                  + "GET /v1/models HTTP/1.1~Host: localhost~~"
                  + CHUNKED
                  + "zz~")
              .replace("~", "\r\n"));

      String answers = connection.awaitClosed();

      assertThat(answers).startsWith("HTTP/1.1 202");
      assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(4);
      assertThat(answers.indexOf("\"models\"")).isBetween(0, answers.indexOf("HTTP/1.1 400"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-a | b~c: d",
        "x-a | b%",
        "x a | b",
        "x:a | b",
        ":scheme | ftp",
      })
  void fieldsThatHttpOneCannotWriteAreRefusedOverHttpTwo(String name, String value)
      throws Exception {
    String text = value.replace("~", "\r\n").replace('%', '\0');
    List<String> fields = new ArrayList<>(RawHttpTwo.PLAIN);
    if (name.equals(":scheme")) {
      fields.set(fields.indexOf(name) + 1, text);
    } else {
      fields.addAll(List.of(name, text));
    }
    try (RawConnection connection = new RawConnection()) {
      connection.send(RawHttpTwo.beginning()).send(RawHttpTwo.head(true, fields));

      assertThat(connection.awaitHeard("(expected: "))
          .contains("\"status\":400", "\"code\":\"request.invalid\"");
    }
  }

  /** The server's own check comes first. */
  @ParameterizedTest
  @ValueSource(strings = {"X-A", ":", ":x", ""})
  void otherNamesThatAreNoneResetTheStreamOfHttpTwo(String name) throws Exception {
    List<String> fields = new ArrayList<>(RawHttpTwo.PLAIN);
    fields.addAll(List.of(name, "b"));
    try (RawConnection connection = new RawConnection()) {
      connection.send(RawHttpTwo.beginning()).send(RawHttpTwo.head(true, fields));

      connection.awaitHeard(RawHttpTwo.RESET);
    }
  }

  @Test
  void fieldsOfAnyOtherKindAreTakenOverHttpTwo() throws Exception {
    List<String> fields = new ArrayList<>(RawHttpTwo.PLAIN);
    fields.addAll(List.of("x_a.1~", "caf\u00e9: \t{}", "cookie", ""));
    try (RawConnection connection = new RawConnection()) {
      connection.send(RawHttpTwo.beginning()).send(RawHttpTwo.head(true, fields));

      assertThat(connection.awaitHeard("\"models\"")).doesNotContain("request.invalid");
    }
  }

  @Test
  void trailersAreHeldToTheSameOverHttpTwo() throws Exception {
    List<String> fields = new ArrayList<>(RawHttpTwo.PLAIN);
    fields.set(fields.indexOf("GET"), "POST");
    fields.set(fields.indexOf("/v1/models"), "/v1/captions");
    fields.addAll(List.of("content-type", "application/json"));
    try (RawConnection connection = new RawConnection()) {
      connection
          .send(RawHttpTwo.beginning())
          .send(RawHttpTwo.head(false, fields))
          .send(RawHttpTwo.head(true, List.of("x-a", "b\r\nc: d")));

      connection.awaitHeard(RawHttpTwo.RESET);
    }
  }

  @Test
  void tooLongHeadsAreRefusedWithAProblem() throws Exception {
    try (RawConnection line = new RawConnection();
        RawConnection headers = new RawConnection()) {
      line.send("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      headers.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(30_000) + "\r\n\r\n");

      assertThat(line.awaitClosed()).startsWith("HTTP/1.1 414").contains("\"status\":414");
      assertThat(headers.awaitClosed()).startsWith("HTTP/1.1 431").contains("\"status\":431");
    }
  }

  @Test
  void aRefusalComesBehindTheAnswersOfEarlierRequests() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/models HTTP/9.9\r\nHost: localhost\r\n\r\n");

      String answers = connection.awaitClosed();

      assertThat(answers).startsWith("HTTP/1.1 200").contains("HTTP/1.1 505");
      assertThat(answers.indexOf("\"models\"")).isBetween(0, answers.indexOf("HTTP/1.1 505"));
    }
  }

  @Test
  void ordinaryRequestsShareAConnection() throws Exception {
    try (RawConnection connection = new RawConnection()) {
      for (String head :
          new String[] {
            "HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
          }) {
        connection.send("GET /v1/models " + head);
      }
      connection.send(
          "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: Chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n");

      String answers = connection.awaitClosed();

      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(3);
      assertThat(answers).contains("HTTP/1.1 400", "image: missing");
    }
  }

  @Test
  void methodsThatAPathDoesNotTakeAreAnsweredWithThoseItTakes() {
    refused("DELETE", "/v1/captions", "OPTIONS, POST");
    refused("GET", "/v1/captions", "OPTIONS, POST");
    refused("POST", "/v1/captions/0", "GET, HEAD, OPTIONS");
    refused("PUT", "/v1/models", "GET, HEAD, OPTIONS");
    refused("INVENTED", "/v1/models", "GET, HEAD, OPTIONS");
    for (String path : List.of("/", "/index.html", "/vignette.js", "/q/metrics", "/q/openapi")) {
      refused("DELETE", path, "GET, HEAD, OPTIONS");
      refused("PROPFIND", path, "GET, HEAD, OPTIONS");
    }
    refused("POST", "/q/health/ready", "GET, HEAD, OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%", "/%zz", "/v1\\models", "/v1/models?a=^", "/v1/{id}", "/v1/<x>"})
  void aPathThatIsNoUriIsToldWhatWasExpected(String path) throws Exception {
    try (RawConnection refused = new RawConnection()) {
      String answer =
          refused.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").awaitClosed();

      assertThat(answer)
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json", "(expected: characters of a URI");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "v1/models", "ftp://localhost/v1/models", "?x", "#", "localhost:80"})
  void aTargetThatIsNoPathIsToldWhatWasExpected(String target) throws Exception {
    for (String method : List.of("GET", "OPTIONS")) {
      try (RawConnection refused = new RawConnection()) {
        String answer =
            refused
                .send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .awaitClosed();

        assertThat(answer)
            .startsWith("HTTP/1.1 400")
            .contains("application/problem+json", "(expected: one that begins with a slash");
      }
    }
  }

  /** Those that the server gives itself, before any handler of the application's. */
  @Test
  void refusalsOfAHeadTellBrowsersWhatOtherAnswersTell() throws Exception {
    try (RawConnection refused = new RawConnection()) {
      String answer = refused.send("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n").awaitClosed();

      for (String header :
          List.of(
              "X-Content-Type-Options",
              "Referrer-Policy",
              "Cross-Origin-Resource-Policy",
              "X-Frame-Options",
              "Cache-Control",
              "Content-Security-Policy")) {
        String told = given().get("/v1/none").header(header);
        assertThat(told).as(header).isNotNull();
        assertThat(answer).containsIgnoringCase(header + ": " + told + "\r\n");
      }
    }
  }

  private static void refused(String method, String path, String allowed) {
    given()
        .request(method, path)
        .then()
        .statusCode(405)
        .contentType("application/problem+json")
        .header("Allow", equalTo(allowed))
        .body("code", equalTo("request.invalid"))
        .body("detail", equalTo("method: " + method + " (expected: " + allowed + ")"));
  }

  @Test
  void optionsNameTheMethodsOfThePath() {
    given().options("/v1/captions").then().statusCode(204).header("Allow", "OPTIONS, POST");
    given().options("/v1/captions/0").then().statusCode(204).header("Allow", "GET, HEAD, OPTIONS");
    given().options("/v1/none").then().statusCode(404);
    given().options("/").then().statusCode(204).header("Allow", "GET, HEAD, OPTIONS");
  }
}

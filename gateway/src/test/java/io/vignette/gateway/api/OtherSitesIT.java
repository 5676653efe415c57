package io.vignette.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vignette.gateway.BrokerResource;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other web sites can do to a gateway without keys, on its loopback address. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class OtherSitesIT {
  private static final String FORM =
      "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
          + "Content-Type: image/png\r\n\r\nabc\r\n--x--\r\n";

  private VerbatimClient client;

  @BeforeEach
  void open() {
    client = new VerbatimClient(RestAssured.port);
  }

  @AfterEach
  void close() throws Exception {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/vignette.js", "/v1/models", "/q/health", "/q/metrics", "/nothing"})
  void aNameThatIsNotThisMachinesIsRefused(String path) throws Exception {
    for (HttpVersion version : VerbatimClient.VERSIONS) {
      VerbatimClient.Answer answer =
          client.send(version, HttpMethod.GET, "evil.example", path, Map.of(), "");

      assertThat(answer.status()).as("%s %s", version, path).isEqualTo(421);
      assertThat(answer.headers().get("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.body()).contains("access.host_unknown").contains("evil.example (expected:");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "app.localhost", "LOCALHOST"})
  void namesOfThisMachineAreTaken(String host) throws Exception {
    for (HttpVersion version : VerbatimClient.VERSIONS) {
      assertThat(client.send(version, HttpMethod.GET, host, "/v1/models", Map.of(), "").status())
          .as("%s %s", version, host)
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://evil.example/v1/models HTTP/1.1,localhost,421",
    "GET http://localhost/v1/models HTTP/1.1,evil.example,421",
    "GET http://localhost/v1/models HTTP/1.1,localhost,200",
    "GET http://localhost/v1;x/models HTTP/1.1,localhost,404"
  })
  void aTargetWithAHostIsCheckedLikeTheHost(String line, String host, int status) throws Exception {
    assertThat(raw(line + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void aRequestThatNamesNoHostIsRefused() throws Exception {
    assertThat(raw("GET /v1/models HTTP/1.0\r\n\r\n")).containsPattern("^HTTP/1\\.[01] 4(00|21) ");
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example,",
    "https://evil.example,cross-site",
    "null,cross-site",
    "http://localhost:1,same-site",
    "http://localhost:1,",
    ",cross-site"
  })
  void anotherPageSubmitsNothing(String origin, String site) throws Exception {
    for (HttpVersion version : VerbatimClient.VERSIONS) {
      VerbatimClient.Answer answer = submit(version, origin, site);

      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("access.cross_site");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site: same-origin,Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: none,sec-fetch-site: none",
    "Origin: http://localhost,Origin: https://evil.example",
    "Origin: http://localhost,origin: http://localhost"
  })
  void whatTellsTheSiteIsSaidOnce(String first, String second) throws Exception {
    String type = "Content-Type: multipart/form-data; boundary=x";
    RawHttp.Answer answer =
        RawHttp.send(
            "POST",
            "/v1/captions",
            List.of(type, first, second),
            FORM.getBytes(StandardCharsets.US_ASCII));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.isProblem()).isTrue();
    assertThat(answer.body())
        .contains("access.cross_site", first.split(":", 2)[0] + ": 2 headers (expected: ");
  }

  @Test
  void theOwnPageAndProgramsSubmit() throws Exception {
    String own = "http://localhost:" + RestAssured.port;
    for (HttpVersion version : VerbatimClient.VERSIONS) {
      assertThat(submit(version, own, "same-origin").status()).isEqualTo(202);
      assertThat(submit(version, own, null).status()).isEqualTo(202);
      assertThat(submit(version, null, null).status()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/vignette.js",
        "/vignette.css",
        "/v1/models",
        "/v1/captions/x",
        "/v1/captions",
        "/v1;x/models",
        "/nothing",
        "/q/health/live",
        "/q/metrics",
        "/q/openapi"
      })
  void everyAnswerTellsBrowsersWhatNotToDo(String path) throws Exception {
    boolean isPage = List.of("/", "/vignette.js", "/vignette.css").contains(path);
    for (HttpVersion version : VerbatimClient.VERSIONS) {
      var headers = client.send(version, HttpMethod.GET, path, Map.of()).headers();

      assertThat(headers.getAll("Content-Security-Policy"))
          .singleElement()
          .asString()
          .contains("default-src 'none'")
          .contains("frame-ancestors 'none'");
      assertThat(headers.getAll("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(headers.getAll("Referrer-Policy")).containsExactly("no-referrer");
      assertThat(headers.getAll("Cache-Control")).containsExactly(isPage ? "no-cache" : "no-store");
    }
  }

  private VerbatimClient.Answer submit(HttpVersion version, String origin, String site)
      throws Exception {
    Map<String, String> headers = new java.util.HashMap<>();
    headers.put("Content-Type", "multipart/form-data; boundary=x");
    if (origin != null) {
      headers.put("Origin", origin);
    }
    if (site != null) {
      headers.put("Sec-Fetch-Site", site);
    }
    return client.send(version, HttpMethod.POST, "localhost", "/v1/captions", headers, FORM);
  }

  private static String raw(String request) throws Exception {
    try (Socket socket = new Socket("localhost", RestAssured.port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vignette.gateway.BrokerResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Labels of HTTP metrics, which strangers can't multiply. */
@QuarkusTest
@TestProfile(AccessIT.WithKeys.class)
@QuarkusTestResource(BrokerResource.class)
class HttpMetricsIT {
  private static final List<String> PATHS =
      List.of("/v1/captions", "/v1/captions/%s", "/v1/%s", "/%s", "/q/%s", "/q/health/%s");

  @Test
  void inventedMethodsAndPathsMakeNoNewSeries() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      invent(http, 0);
      invent(http, 1);
      long before = series();

      for (int i = 2; i < 60; i++) {
        invent(http, i);
        breakOff(i);
      }

      await().untilAsserted(() -> assertThat(series()).isLessThanOrEqualTo(before + 12));
      for (int i = 60; i < 120; i++) {
        invent(http, i);
        breakOff(i);
      }
      long then = series();
      assertThat(then).isLessThanOrEqualTo(before + 12);
    }
    assertThat(metrics()).contains("method=\"OTHER\"", "uri=\"OTHER\"").doesNotContain("INVENTED");
  }

  @Test
  void everyPathOfTheInterfaceHasItsLabel() {
    Set<String> paths =
        given().get("/q/openapi?format=json").jsonPath().<String, Object>getMap("paths").keySet();
    for (String path : paths) {
      String found = path.replaceAll("\\{[^}]*}", "0");
      given().get(found).then().statusCode(401);
    }
    assertThat(paths).allSatisfy(path -> assertThat(metrics()).contains("uri=\"" + path + "\""));
  }

  private static void invent(HttpClient http, int i) throws Exception {
    for (String path : PATHS) {
      for (String method : List.of("GET", "INVENTED" + i)) {
        URI uri =
            URI.create(RestAssured.baseURI + ":" + RestAssured.port + path.formatted("x" + i));
        HttpRequest request =
            HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
        http.send(request, HttpResponse.BodyHandlers.discarding());
      }
    }
  }

  /** A request whose client leaves before the answer. */
  private static void breakOff(int i) throws Exception {
    try (RawConnection connection = new RawConnection()) {
      connection.send(
          "POST /v1/broken" + i + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab");
    }
  }

  private static long series() {
    return metrics().lines().filter(line -> line.startsWith("http_server_requests")).count();
  }

  private static String metrics() {
    return given().get("/q/metrics").asString();
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vignette.gateway.BrokerResource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics and the OpenAPI document, which the server itself answers. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class ServicePathsIT {
  private static final List<String> PATHS =
      List.of("/q/health", "/q/health/live", "/q/health/started", "/q/metrics", "/q/openapi");

  @Test
  void noOddRequestIsRefusedWithoutADocument() {
    try (FaultLog log = new FaultLog()) {
      for (String path : PATHS) {
        for (String accept :
            List.of("garbage", "a/b", ";;;q=", "*/*;q=zz", "\u00e4", "text/html")) {
          told("GET", path, "Accept: " + accept);
        }
        for (String behind : List.of("?format=garbage", "?format=", "?format=JSON&format=x")) {
          told("GET", path + behind, "Accept: */*");
        }
        for (String behind : List.of("/", "/garbage", ".json", ".yaml", ".yml", "x", "-x/y")) {
          told("GET", path + behind, "Accept: garbage");
        }
        for (String method : List.of("HEAD", "POST", "TRACE", "GARBAGE")) {
          told(method, path, "Accept: garbage");
          told(method, path + "/garbage", "Accept: garbage");
        }
      }
      assertThat(log.faults()).isEmpty();
    }
  }

  /** An answer is a success, or a problem whose status line has nothing of the request in it. */
  private static void told(String method, String target, String header) {
    RawHttp.Answer answer = answer(method, target, header);
    String request = method + " " + target + " " + header;

    assertThat(answer.head().lines().findFirst().orElseThrow())
        .as(request)
        .matches("HTTP/1.1 (200 OK|404 Not Found|405 Method Not Allowed|406 Not Acceptable)");
    if (answer.status() >= 400) {
      assertThat(answer.head())
          .as(request)
          .containsIgnoringCase("content-type: application/problem+json");
      assertThat(method.equals("HEAD") || answer.isProblem()).as(request).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/q",
        "/q/",
        "/q/garbage",
        "/q/metrics/",
        "/q/metrics/garbage",
        "/q/metricsx",
        "/q/openapi/",
        "/q/health/",
        "/q/health/garbage",
        "/q/health/group/garbage"
      })
  void whatIsNotNamedIsNotThere(String path) {
    given()
        .get(path)
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("detail", containsString("path: nothing here (expected: "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: */*",
        "Accept: text/plain",
        "Accept: text/*;q=0.1",
        "Accept: application/openmetrics-text; version=1.0.0; charset=utf-8",
        "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8",
        "X-No-Accept: x"
      })
  void scrapersGetMetrics(String header) {
    RawHttp.Answer answer = scrape(header);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("vignette_table_jobs");
  }

  @Test
  void whoTakesNoneOfTheFormatsOfMetricsIsToldThem() {
    RawHttp.Answer answer = scrape("Accept: garbage");

    assertThat(answer.head()).startsWith("HTTP/1.1 406 Not Acceptable\r\n");
    assertThat(answer.body())
        .contains("\"code\":\"request.invalid\"", "Accept: 'garbage' (expected: text/plain, or ");
  }

  private static RawHttp.Answer scrape(String header) {
    return answer("GET", "/q/metrics", header);
  }

  /** Asks again where others have just scraped as often as anybody may in a second. */
  private static RawHttp.Answer answer(String method, String target, String header) {
    return await()
        .until(
            () -> RawHttp.send(method, target, List.of(header), new byte[0]),
            answer -> answer.status() != 503);
  }
}

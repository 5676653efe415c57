package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vignette.gateway.BrokerResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every resource, its path written in every way that a server might take for the same, in HTTP/1.1
 * and HTTP/2: without a key it is 401, with another tenant's key a job is 404.
 */
@QuarkusTest
@TestProfile(AccessIT.WithKeys.class)
@QuarkusTestResource(BrokerResource.class)
class AccessWalkIT {
  private static final String ACME = "vgn_of-acme";
  private static final String OTHER = "vgn_of-another";

  /** Open on purpose, as docs/deploy.md says. */
  private static final List<String> OPEN =
      List.of(
          "/",
          "/index.html",
          "/vignette.js",
          "/vignette.css",
          "/q/health",
          "/q/health/live",
          "/q/health/ready",
          "/q/health/started",
          "/q/metrics",
          "/q/openapi");

  @Test
  void withoutAKeyNothingIsServedHoweverItsPathIsWritten() throws Exception {
    String job = jobOfAcme();
    Map<String, Integer> answers = new LinkedHashMap<>();
    try (VerbatimClient client = new VerbatimClient(RestAssured.port)) {
      for (String path : resources(job)) {
        for (String spelling : spellings(path)) {
          for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.HEAD)) {
            for (HttpVersion version : VerbatimClient.VERSIONS) {
              answers.put(
                  version + " " + method + " " + spelling,
                  status(client, version, method, spelling, null));
            }
          }
        }
      }
    }
    assertThat(answers).hasSizeGreaterThan(300);
    assertThat(answers)
        .allSatisfy(
            (request, status) -> assertThat(status).isEqualTo(isMalformed(request) ? 400 : 401));
  }

  /** As long as the server takes: 4096 bytes of a line in HTTP/1.1, 20 KiB of headers in HTTP/2. */
  @Test
  void longPathsAreAnsweredLikeShortOnes() throws Exception {
    try (VerbatimClient client = new VerbatimClient(RestAssured.port);
        FaultLog log = new FaultLog()) {
      for (String path : List.of("/a".repeat(2000), "/v1/captions" + "/a".repeat(2000))) {
        for (HttpVersion version : VerbatimClient.VERSIONS) {
          assertThat(status(client, version, HttpMethod.GET, path, null)).isEqualTo(401);
          assertThat(status(client, version, HttpMethod.GET, path, ACME)).isEqualTo(404);
        }
      }
      String longest = "/a".repeat(9_500);
      assertThat(status(client, HttpVersion.HTTP_2, HttpMethod.GET, longest, null)).isEqualTo(401);
      assertThat(status(client, HttpVersion.HTTP_2, HttpMethod.GET, longest, ACME)).isEqualTo(404);
      assertThat(log.faults()).isEmpty();
    }
  }

  /** A path that somebody makes up must not take the place of a resource in the metrics. */
  @Test
  void pathsThatAreMadeUpAreNoNamesOfMetrics() throws Exception {
    try (VerbatimClient client = new VerbatimClient(RestAssured.port)) {
      for (int number = 0; number < 150; number++) {
        status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, "/made-up/" + number, null);
        status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/captions/" + number, null);
        status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1;" + number + "/models", null);
      }
      status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/models", ACME);
      String metrics =
          client.send(HttpVersion.HTTP_1_1, HttpMethod.GET, "/q/metrics", Map.of()).body();

      assertThat(metrics).contains("uri=\"OTHER\"").contains("uri=\"/v1/captions/{id}\"");
      assertThat(metrics).contains("uri=\"/v1/models\"").doesNotContain("uri=\"/made-up");
    }
  }

  /** The server itself refuses these, before any of our code has seen them. */
  private static boolean isMalformed(String request) {
    return request.endsWith("%") || request.contains("%zz") || request.contains("\\");
  }

  @Test
  void anotherTenantsKeyFindsNoJobHoweverItsPathIsWritten() throws Exception {
    String job = jobOfAcme();
    Map<String, Integer> answers = new LinkedHashMap<>();
    try (VerbatimClient client = new VerbatimClient(RestAssured.port)) {
      for (String spelling : spellings(job)) {
        for (HttpVersion version : VerbatimClient.VERSIONS) {
          answers.put(
              version + " " + spelling, status(client, version, HttpMethod.GET, spelling, OTHER));
        }
      }
      assertThat(status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, job, ACME)).isEqualTo(200);
      assertThat(status(client, HttpVersion.HTTP_2, HttpMethod.GET, job, ACME)).isEqualTo(200);
    }
    assertThat(answers)
        .allSatisfy(
            (request, status) -> assertThat(status).isEqualTo(isMalformed(request) ? 400 : 404));
  }

  @Test
  void whatIsOpenIsOpenOnPurposeAndNothingBesideIt() throws Exception {
    Map<String, Integer> open = new LinkedHashMap<>();
    Map<String, Integer> closed = new LinkedHashMap<>();
    try (VerbatimClient client = new VerbatimClient(RestAssured.port)) {
      for (HttpVersion version : VerbatimClient.VERSIONS) {
        for (String path : OPEN) {
          open.put(version + " " + path, status(client, version, HttpMethod.GET, path, null));
        }
        for (String path :
            List.of(
                "/q",
                "/q/",
                "/q/info",
                "/q/dev-ui",
                "/nothing",
                "/Q/metrics",
                "/q/metrics;x",
                "/q//metrics",
                "/q/metrics/",
                "/q/metrics/anything",
                "/q/openapi/anything",
                "/q/healthy",
                "/q/health/group/anything",
                "/q/health/anything",
                "/q/health/../metrics",
                "/q/health/../../v1/models")) {
          closed.put(version + " " + path, status(client, version, HttpMethod.GET, path, null));
        }
      }
    }
    assertThat(open).allSatisfy((request, status) -> assertThat(status).isIn(200, 503));
    assertThat(closed).allSatisfy((request, status) -> assertThat(status).isEqualTo(401));
  }

  @Test
  void aWrongKeyClosesNothingThatIsOpen() throws Exception {
    try (VerbatimClient client = new VerbatimClient(RestAssured.port)) {
      assertThat(
              status(client, HttpVersion.HTTP_1_1, HttpMethod.GET, "/q/health/live", "vgn_guessed"))
          .isEqualTo(200);
    }
  }

  private static String jobOfAcme() {
    return given()
        .auth()
        .oauth2(ACME)
        .contentType(ContentType.JSON)
        .body("{\"image\":{\"data\":\"iVBORw0KGgo=\"}}")
        .post("/v1/captions")
        .then()
        .statusCode(202)
        .extract()
        .header("Location");
  }

  /** Those of the OpenAPI document, so that a new one is walked without being named here. */
  private static TreeSet<String> resources(String job) {
    Map<String, Object> paths =
        given().queryParam("format", "json").get("/q/openapi").then().extract().path("paths");
    TreeSet<String> resources = new TreeSet<>();
    for (String path : paths.keySet()) {
      resources.add(path.equals("/v1/captions/{id}") ? job : path);
    }
    assertThat(resources)
        .contains("/v1/captions", "/v1/models", job)
        .noneMatch(p -> p.contains("{"));
    return resources;
  }

  private static List<String> spellings(String path) {
    String tail = path.substring("/v1".length());
    String last = path.substring(path.lastIndexOf('/'));
    String before = path.substring(0, path.lastIndexOf('/'));
    List<String> all = new ArrayList<>(List.of(path, path + "/", path + "?x=1", path + "?;"));
    for (String parameter : List.of(";", ";x", ";a=b", ";a=b;c", "%3B", "%3bx")) {
      all.add("/v1" + parameter + tail);
      all.add(path + parameter);
      all.add("/" + parameter + path);
      all.add(before + parameter + last);
    }
    for (String slash :
        List.of(
            "//",
            "/./",
            "/x/../",
            "/%2e/",
            "/x/%2E%2e/",
            "%2F",
            "%2f",
            "%5C",
            "\\",
            "/;/",
            "/x/..;/",
            "///")) {
      all.add(slash + path.substring(1));
      all.add("/v1" + slash + tail.substring(1));
      all.add(before + slash + last.substring(1));
    }
    for (String behind :
        List.of(
            "//",
            "/.",
            "/..",
            "/../" + last.substring(1),
            "%20",
            "%00",
            "%0a",
            ".",
            ".json",
            "%2F",
            "/%2e",
            "%",
            "%zz",
            "%c0%af",
            "~",
            "*",
            "%252F")) {
      all.add(path + behind);
    }
    all.add("/V1" + tail);
    all.add("/%76%31" + tail);
    all.add("/v%31" + tail);
    all.add(before + last.toUpperCase(Locale.ROOT));
    all.add("/x/.." + path);
    all.add("/q/health/../.." + path);
    all.add("/q/health;/../.." + path);
    return all.stream().filter(each -> each.startsWith("/")).distinct().toList();
  }

  private static int status(
      VerbatimClient client, HttpVersion version, HttpMethod method, String path, String key)
      throws Exception {
    return client
        .send(
            version,
            method,
            path,
            key == null ? Map.of() : Map.of("Authorization", "Bearer " + key))
        .status();
  }
}

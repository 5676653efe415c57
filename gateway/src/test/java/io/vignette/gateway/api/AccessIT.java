package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.access.ApiKeys;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The REST interface of a gateway that wants API keys. */
@QuarkusTest
@TestProfile(AccessIT.WithKeys.class)
@QuarkusTestResource(BrokerResource.class)
class AccessIT {
  private static final String ACME = "vgn_of-acme";
  private static final String OTHER = "vgn_of-another";
  private static final int MEGABYTES = 32 << 20;
  private static final String BODY = "{\"image\":{\"data\":\"iVBORw0KGgo=\"}}";

  /** Two tenants with a key each. */
  public static final class WithKeys implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        Path file = Files.createTempFile("vignette-keys", ".txt");
        file.toFile().deleteOnExit();
        Files.write(file, List.of(ApiKeys.line("acme", ACME), ApiKeys.line("other", OTHER)));
        return Map.of("vignette.access.keys-file", file.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void strangersAreToldNothing() {
    given()
        .contentType(ContentType.JSON)
        .body(BODY)
        .post("/v1/captions")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", "Bearer")
        .contentType("application/problem+json")
        .body("code", equalTo("access.denied"));
    given().auth().oauth2("vgn_guessed").get("/v1/models").then().statusCode(401);
    given().get("/q/health/live").then().statusCode(200);
  }

  @Test
  void refusalsKeepToTheRulesOfHttpTwo() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/x"))
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> first = http.send(request, HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> second = http.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(List.of(first.statusCode(), second.statusCode())).containsOnly(401);
      assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(second.headers().firstValue("Connection")).isEmpty();
    }
  }

  @Test
  @Timeout(60)
  void aRefusalDoesNotWaitForTheBody() throws Exception {
    URI uri = URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/captions");
    HttpRequest get = HttpRequest.newBuilder(uri).GET().build();
    AtomicLong taken = new AtomicLong();
    HttpRequest post = HttpRequest.newBuilder(uri).POST(counted(taken)).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      // The first answer is what changes the connection to HTTP/2.
      List<HttpRequest> requests = List.of(get, post, get, post);
      for (HttpRequest request : requests) {
        HttpResponse<String> refused = http.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
    }
    assertThat(taken).hasValueBetween(1, MEGABYTES - 1);
  }

  private static HttpRequest.BodyPublisher counted(AtomicLong taken) {
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.ofInputStream(
            () -> new Counting(new ByteArrayInputStream(new byte[MEGABYTES]), taken));
    return HttpRequest.BodyPublishers.fromPublisher(body, MEGABYTES);
  }

  /** Notes how much of it is read. */
  private static final class Counting extends FilterInputStream {
    private final AtomicLong taken;

    private Counting(InputStream in, AtomicLong taken) {
      super(in);
      this.taken = taken;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      taken.addAndGet(Math.max(0, count));
      return count;
    }
  }

  @Test
  void aTenantSeesItsOwnJobsOnly() {
    String location =
        given()
            .auth()
            .oauth2(ACME)
            .contentType(ContentType.JSON)
            .body(BODY)
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .extract()
            .header("Location");

    given().header("X-API-Key", ACME).get(location).then().statusCode(200);
    given().auth().oauth2(OTHER).get(location).then().statusCode(404);
    given().get(location).then().statusCode(401);
  }

  @Test
  void theSameIdempotencyKeyOfTwoTenantsMeansTwoJobs() {
    String one = submit(ACME);
    String two = submit(OTHER);

    assertThat(one).isNotEqualTo(two).isEqualTo(submit(ACME));
  }

  /** As it was made before there was a secret. */
  @Test
  void theIdOfAKeyedJobCannotBeComputed() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest("acme\0k".getBytes(StandardCharsets.UTF_8));
    String firstDigits = HexFormat.of().formatHex(hash, 0, 4);

    assertThat(submit(ACME)).doesNotStartWith(firstDigits);
  }

  private static String submit(String key) {
    return given()
        .auth()
        .oauth2(key)
        .header("Idempotency-Key", "k")
        .contentType(ContentType.JSON)
        .body(BODY)
        .post("/v1/captions")
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.access.ApiKeys;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  @Inject BodyLimit limit;

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
    try (VerbatimClient http = new VerbatimClient(RestAssured.port)) {
      for (int i = 0; i < 2; i++) {
        VerbatimClient.Answer refused =
            http.send(HttpVersion.HTTP_2, HttpMethod.POST, "localhost", "/v1/x", Map.of(), BODY);

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers().contains("Connection")).isFalse();
      }
    }
  }

  @Test
  @Timeout(60)
  void aRefusalDoesNotWaitForTheBody() throws Exception {
    AtomicLong taken = new AtomicLong();
    try (VerbatimClient http = new VerbatimClient(RestAssured.port)) {
      for (int i = 0; i < 2; i++) {
        VerbatimClient.Answer refused =
            http.post(
                    HttpVersion.HTTP_2,
                    "/v1/captions",
                    Map.of(),
                    request -> http.writeOn(request, taken))
                .get(30, TimeUnit.SECONDS);

        assertThat(refused.status()).isEqualTo(401);
      }
    }
    // None at all where the refusal came before the first of them was written.
    assertThat(taken).hasValueLessThan(MEGABYTES);
  }

  /** The rest of a body is taken up to the largest one, whatever protocol the request offers. */
  @Test
  void aRefusedBodyThatOffersAnUpgradeIsBounded() throws Exception {
    byte[] chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(US_ASCII);
    long sent = 0;
    try (RawConnection endless = new RawConnection()) {
      endless.send(
          "POST /v1/captions HTTP/1.1\r\nHost: localhost\r\n"
              + RawConnection.UPGRADE
              + "Transfer-Encoding: chunked\r\n\r\n");
      while (sent < 1L << 30) {
        endless.send(chunk);
        sent += chunk.length;
      }
    } catch (IOException e) {
      // It was cut.
    }
    // What lies in the buffers of the system was sent, too.
    assertThat(sent).isLessThan(limit.bytesMax() + (64 << 20));
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

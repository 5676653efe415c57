package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;

/** What tests of the interface send and expect again and again. */
final class Calls {
  private Calls() {}

  static ValidatableResponse post(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/v1/captions").then();
  }

  static ValidatableResponse keyed(String key, String body) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/captions")
        .then();
  }

  static ValidatableResponse problem(ValidatableResponse response, int status, String code) {
    return response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("code", equalTo(code))
        .body("type", equalTo("urn:vignette:problem:" + code))
        .body("title", notNullValue())
        .body("detail", notNullValue())
        .body("instance", notNullValue());
  }
}

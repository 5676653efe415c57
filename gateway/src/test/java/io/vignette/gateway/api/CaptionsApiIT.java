package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static io.vignette.gateway.api.Calls.keyed;
import static io.vignette.gateway.api.Calls.post;
import static io.vignette.gateway.api.Calls.problem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vignette.gateway.BrokerResource;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.ImageReference;
import io.vignette.testkit.RepositoryFiles;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST interface against a real broker, with a worker that answers only when asked to. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class CaptionsApiIT {
  private static final String PIXEL = "iVBORw0KGgo=";
  private static final String JSON_IMAGE = "\"image\":{\"data\":\"" + PIXEL + "\"}";

  private final FakeWorker worker;

  @Inject
  CaptionsApiIT(FakeWorker worker) {
    this.worker = worker;
  }

  @Test
  void acceptedJobIsVisibleAtOnce() {
    for (int i = 0; i < 20; i++) {
      String location =
          post("{" + JSON_IMAGE + "}")
              .statusCode(202)
              .body("state", equalTo("QUEUED"))
              .header("Retry-After", "1")
              .extract()
              .header("Location");
      given().get(location).then().statusCode(200).body("state", equalTo("QUEUED"));
    }
  }

  @Test
  void preferWaitAnswersWithTheResult() {
    given()
        .contentType(ContentType.JSON)
        .header("Prefer", "wait=20")
        .body("{" + JSON_IMAGE + ",\"client_reference\":\"" + FakeWorker.ANSWER + "\"}")
        .post("/v1/captions")
        .then()
        .statusCode(200)
        .header("Preference-Applied", "wait=20")
        .body("state", equalTo("SUCCEEDED"))
        .body("caption", equalTo(FakeWorker.CAPTION))
        .body("answers[0].confidence", equalTo(0.9f))
        .body("client_reference", equalTo(FakeWorker.ANSWER))
        .body("timings.infer_us", equalTo(5));
  }

  @Test
  void preferWaitEndsWithoutAResult() {
    given()
        .contentType(ContentType.JSON)
        .header("Prefer", "wait=1")
        .body("{" + JSON_IMAGE + "}")
        .post("/v1/captions")
        .then()
        .statusCode(202)
        .header("Preference-Applied", "wait=1");
  }

  @Test
  void unchangedJobAnswers304() {
    String location = post("{" + JSON_IMAGE + "}").extract().header("Location");
    String tag = given().get(location).then().extract().header("ETag");

    given().header("If-None-Match", tag).get(location).then().statusCode(304);
  }

  @Test
  void sameKeyIsTheSameJob() {
    String key = UUID.randomUUID().toString();

    String first = keyed(key, "{" + JSON_IMAGE + "}").statusCode(202).extract().path("id");
    String second = keyed(key, "{" + JSON_IMAGE + "}").statusCode(202).extract().path("id");

    assertThat(second).isEqualTo(first);
    await()
        .untilAsserted(
            () -> assertThat(worker.seen()).extracting(CaptionJob::getJobId).contains(first));
    assertThat(worker.seen()).filteredOn(job -> job.getJobId().equals(first)).hasSize(1);
  }

  @Test
  void sameKeyForAnotherRequestIsRefused() {
    String key = UUID.randomUUID().toString();
    keyed(key, "{" + JSON_IMAGE + "}").statusCode(202);

    problem(keyed(key, "{" + JSON_IMAGE + ",\"question\":\"Why?\"}"), 422, "job.conflict");
  }

  @Test
  void overdueJobExpires() {
    String location =
        post("{" + JSON_IMAGE + ",\"deadline_seconds\":1}").extract().header("Location");

    given()
        .header("Prefer", "wait=20")
        .get(location)
        .then()
        .body("state", equalTo("EXPIRED"))
        .body("error.code", equalTo("job.expired"));
  }

  @Test
  void largeUploadGoesToTheBlobStore() {
    byte[] picture = new byte[300_000];
    new Random(7).nextBytes(picture);

    String id =
        given()
            .multiPart("image", "cat.png", picture, "image/png")
            .multiPart("question", "What is it?")
            .multiPart("question", "How many?")
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .extract()
            .path("id");

    CaptionJob job = worker.awaitJob(id);
    assertThat(job.getImage().getLocationCase()).isEqualTo(ImageReference.LocationCase.BLOB);
    assertThat(job.getImage().getSizeBytes()).isEqualTo(picture.length);
    assertThat(job.getImage().getMediaType()).isEqualTo("image/png");
    assertThat(job.getPromptsList())
        .extracting(io.vignette.proto.v1.Prompt::getText)
        .containsExactly("What is it?", "How many?");
  }

  @Test
  void dataUriTravelsInTheJob() {
    String id =
        post("{\"image\":{\"data_uri\":\"data:image/png;base64," + PIXEL + "\"}}")
            .statusCode(202)
            .extract()
            .path("id");

    CaptionJob job = worker.awaitJob(id);
    assertThat(job.getImage().getLocationCase()).isEqualTo(ImageReference.LocationCase.INLINE);
    assertThat(job.getImage().getMediaType()).isEqualTo("image/png");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {                                                       | 400 | request.invalid        | JSON
          []                                                      | 400 | request.invalid        | body
          null                                                    | 400 | request.invalid        | body
          {} {}                                                   | 400 | request.invalid        | body
          {}                                                      | 400 | request.invalid        | image: missing
          {"image":{}}                                            | 400 | request.invalid        | exactly one
          {"image":{"url":"http://a/b","data":"AA=="}}            | 400 | request.invalid        | exactly one
          {"image":{"data":"no base64!"}}                         | 400 | request.invalid        | image.data: not base64
          {"image":{"data":""}}                                   | 422 | image.empty            | 0 bytes
          {"image":{"data_uri":"data:,hello"}}                    | 400 | request.invalid        | image.data_uri
          {"image":{"url":"file:///etc/passwd"}}                  | 400 | request.invalid        | image.url: 'file:///etc/passwd'
          {"image":{"url":"http://user:secret@host/a"}}           | 400 | request.invalid        | image.url
          {"image":{"uri":"http://a/b"}}                          | 400 | request.invalid        | image.uri: unknown field
          {"image":{"url":"http://a/b"},"promt":"x"}              | 400 | request.invalid        | promt: unknown field
          {"image":{"url":"http://a/b"},"prompts":"x"}            | 400 | request.invalid        | prompts
          {"image":{"url":"http://a/b"},"prompts":[]}             | 422 | prompt.missing         | prompts: 0
          {"image":{"url":"http://a/b"},"prompts":[{"kind":"q"}]} | 400 | request.invalid        | 'q'
          {"image":{"url":"http://a/b"},"question":" "}           | 422 | prompt.missing         | blank
          {"image":{"url":"http://a/b"},"prompt":"a","question":"b"} | 400 | request.invalid     | (expected: one)
          {"image":{"url":"http://a/b"},"model":"gpt"}            | 422 | model.unknown          | tiny-blip2
          {"image":{"url":"http://a/b"},"priority":"high"}        | 400 | request.invalid        | 'high'
          {"image":{"url":"http://a/b"},"deadline_seconds":0}     | 400 | request.invalid        | deadline
          {"image":{"url":"http://a/b"},"deadline_seconds":86401} | 400 | request.invalid        | 86400
          {"image":{"url":"http://a/b"},"generation":{"temperature":1}}      | 422 | generation.unsupported | generation.temperature
          {"image":{"url":"http://a/b"},"generation":{"max_new_tokens":0}}   | 422 | generation.unsupported | max_new_tokens: 0
          {"image":{"url":"http://a/b"},"generation":{"max_new_tokens":999}} | 422 | generation.too_long    | 999
          """)
  void badRequestIsRefusedByName(String body, int status, String code, String detail) {
    problem(post(body), status, code).body("detail", containsString(detail));
  }

  @Test
  void overlongPromptIsRefused() {
    String body = "{" + JSON_IMAGE + ",\"question\":\"" + "why ".repeat(25_000) + "\"}";

    problem(post(body), 422, "prompt.too_long").body("detail", containsString("100000 characters"));
  }

  @Test
  void formWithoutImageIsRefused() {
    problem(
            given().multiPart("question", "Why?").post("/v1/captions").then(),
            400,
            "request.invalid")
        .body("detail", containsString("image: missing"));
  }

  @Test
  void tooLargeImageIsRefused() {
    problem(
        given().multiPart("image", "a.png", new byte[1024 * 1024 + 1]).post("/v1/captions").then(),
        413,
        "image.too_large");
  }

  @Test
  void tooLargeBodyIsRefused() {
    problem(
            given()
                .contentType(ContentType.JSON)
                .body(new byte[9 * 1024 * 1024])
                .post("/v1/captions")
                .then(),
            413,
            "request.too_large")
        .body("detail", containsString("9437184 bytes"));
  }

  @Test
  void tooLargeBodyWithoutALengthIsRefused() throws Exception {
    String text = "{\"prompt\":\"" + "x".repeat(9 * 1024 * 1024) + "\"}";

    refusedWithoutALength("application/json", text);
  }

  @Test
  void tooLargeFormWithoutALengthIsRefused() throws Exception {
    String head = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n";

    refusedWithoutALength(
        "multipart/form-data; boundary=b", head + "x".repeat(9 * 1024 * 1024) + "\r\n--b--\r\n");
  }

  private static void refusedWithoutALength(String type, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/captions"))
            .header("Content-Type", type)
            .POST(
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))))
            .build();

    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.body()).contains("request.too_large");
    }
  }

  @Test
  void unknownJobIsNotFound() {
    problem(given().get("/v1/captions/" + UUID.randomUUID()).then(), 404, "job.not_found");
    problem(given().get("/v1/captions/nonsense").then(), 404, "job.not_found");
  }

  @Test
  void whatHttpItselfRefusesIsAProblemToo() {
    problem(given().get("/v1/nothing").then(), 404, "request.invalid");
    problem(given().get("/nothing").then(), 404, "request.invalid");
    problem(given().delete("/v1/captions").then(), 405, "request.invalid");
    problem(
        given().contentType("text/plain").body("x").post("/v1/captions").then(),
        415,
        "request.invalid");
    problem(given().accept("text/html").get("/v1/models").then(), 406, "request.invalid");
  }

  @Test
  void modelsAreListedWithTheirLimits() {
    given()
        .get("/v1/models")
        .then()
        .statusCode(200)
        .body("models.name", hasItem("tiny-blip2"))
        .body("models[0].is_default", equalTo(true))
        .body("models[0].max_new_tokens.max", equalTo(32));
  }

  @Test
  void healthAndMetricsTellOfTheGateway() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("status", equalTo("UP"))
        .body("checks.find { it.name == 'gateway' }.data.resultsLag", equalTo(false))
        .body("checks.find { it.name == 'gateway' }.data", hasKey("secondsBehind"))
        .body("checks.find { it.name == 'gateway' }.data", hasKey("eventsBehind"));
    given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    given().get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
    given().get("/q/metrics").then().statusCode(200).body(containsString("vignette_table_jobs"));
  }

  @Test
  void rulesOfAlertsAskForMetricsThatThereAre() throws Exception {
    String rules = Files.readString(RepositoryFiles.root().resolve("docker/monitoring/alerts.yml"));
    List<String> metrics =
        Pattern.compile("vignette_[a-z_]+")
            .matcher(rules)
            .results()
            .map(MatchResult::group)
            .toList();

    assertThat(metrics).contains("vignette_ledger_lag_seconds");
    for (String metric : metrics) {
      given().get("/q/metrics").then().body(containsString("\n" + metric));
    }
  }

  @Test
  void pageIsServed() {
    given().get("/").then().statusCode(200).body(containsString("Vignette"));
  }
}

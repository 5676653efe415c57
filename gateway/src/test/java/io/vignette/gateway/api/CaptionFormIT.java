package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static io.vignette.gateway.api.Calls.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.MultiPartSpecBuilder;
import io.restassured.specification.RequestSpecification;
import io.vignette.gateway.BrokerResource;
import io.vignette.proto.v1.CaptionJob;
import io.vignette.proto.v1.Prompt;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests as forms, and what travels with a job in headers, against a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class CaptionFormIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final FakeWorker worker;

  @Inject
  CaptionFormIT(FakeWorker worker) {
    this.worker = worker;
  }

  @Test
  void formSaysWhatJsonSays() {
    String key = UUID.randomUUID().toString();
    String id =
        form()
            .header("Idempotency-Key", key)
            .multiPart("model", "tiny-blip2")
            .multiPart(
                "prompts", "[{\"kind\":\"caption\"},{\"kind\":\"question\",\"text\":\"W?\"}]")
            .multiPart("max_new_tokens", "5")
            .multiPart("priority", "interactive")
            .multiPart("deadline_seconds", "3600")
            .multiPart("client_reference", "mine")
            .multiPart(
                new MultiPartSpecBuilder("{\"album\":\"ä 2026\"}")
                    .controlName("metadata")
                    .charset(StandardCharsets.UTF_8)
                    .build())
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .body("metadata.album", equalTo("ä 2026"))
            .extract()
            .path("id");

    CaptionJob job = worker.awaitJob(id);
    assertThat(job.getMetadataMap()).isEqualTo(Map.of("album", "ä 2026"));
    assertThat(job.getPromptsList())
        .extracting(Prompt::getKind)
        .containsExactly(Prompt.Kind.CAPTION, Prompt.Kind.QUESTION);
    assertThat(job.getGeneration().getMaxNewTokens()).isEqualTo(5);
    assertThat(job.getClientReference()).isEqualTo("mine");
    assertThat(job.getDeadline().getSeconds() - job.getSubmittedAt().getSeconds())
        .isEqualTo(Duration.ofHours(1).toSeconds());
    sameInJson(key, id);
  }

  /** The same request in JSON is the same job: nothing was lost or read otherwise. */
  private static void sameInJson(String key, String id) {
    Calls.keyed(
            key,
            """
            {"image":{"data":"AQID"},"model":"tiny-blip2",
             "prompts":[{"kind":"caption"},{"kind":"question","text":"W?"}],
             "generation":{"max_new_tokens":5},"priority":"interactive","deadline_seconds":3600,
             "client_reference":"mine","metadata":{"album":"ä 2026"}}
            """)
        .statusCode(202)
        .body("id", equalTo(id));
  }

  @Test
  void fieldsThatAreNotWhatTheySeemAreNamed() {
    refused("metadata", "[]", "metadata: of the wrong type");
    refused("metadata", "{\"a\":1}", "metadata.a: of the wrong type");
    refused("metadata", "{\"a\":null}", "metadata.a: null");
    refused("metadata", "album=2026", "metadata: not JSON");
    refused("prompts", "[{\"kind\":\"haiku\"}]", "prompts.kind: 'haiku'");
    refused("prompts", "[{\"sort\":\"caption\"}]", "prompts[0].sort: unknown field");
  }

  /** Sixteen of everything, as long as may be, every character in JSON's longest writing. */
  @Test
  void largestRequestThatIsAllowedFitsIntoAForm() {
    String prompt = "{\"kind\":\"question\",\"text\":\"" + "\\u20ac".repeat(4096) + "\"}";
    String prompts = String.join(",", Collections.nCopies(16, prompt));
    String metadata =
        IntStream.range(0, 16)
            .mapToObj(i -> Character.toString('a' + i) + "\\u20ac".repeat(1023))
            .map(key -> "\"" + key + "\":\"" + "\\u20ac".repeat(1024) + "\"")
            .collect(Collectors.joining(","));

    String id =
        form()
            .multiPart("prompts", "[" + prompts + "]")
            .multiPart("metadata", "{" + metadata + "}")
            .multiPart("client_reference", "x".repeat(1024))
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .extract()
            .path("id");

    CaptionJob job = worker.awaitJob(id);
    assertThat(job.getPromptsList())
        .hasSize(16)
        .allSatisfy(each -> assertThat(each.getText()).isEqualTo("€".repeat(4096)));
    assertThat(job.getMetadataMap()).hasSize(16).containsValue("€".repeat(1024));
  }

  @Test
  void fieldThatIsTooLargeIsRefusedWithAReason() {
    problem(
        form().multiPart("metadata", "x".repeat(6 * 1024 * 1024 + 1)).post("/v1/captions").then(),
        413,
        "request.too_large");
  }

  @Test
  void formWaitsToo() {
    form()
        .header("Prefer", "wait=20")
        .multiPart("client_reference", FakeWorker.ANSWER)
        .post("/v1/captions")
        .then()
        .statusCode(200)
        .body("state", equalTo("SUCCEEDED"));
  }

  @Test
  void traceTravelsWithTheJob() {
    String id =
        form()
            .header("traceparent", TRACE)
            .header("tracestate", "vendor=value")
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .extract()
            .path("id");

    worker.awaitJob(id);
    assertThat(worker.headersOf(id))
        .containsEntry("traceparent", TRACE)
        .containsEntry("tracestate", "vendor=value");
  }

  @Test
  void malformedTraceIsIgnored() {
    String id =
        form()
            .header("traceparent", "nonsense")
            .post("/v1/captions")
            .then()
            .statusCode(202)
            .extract()
            .path("id");

    worker.awaitJob(id);
    assertThat(worker.headersOf(id).get("traceparent")).startsWith("00-").hasSize(55);
  }

  @Test
  void idThatTellsAnOldTimeIsGone() {
    String old = "01890000-0000-7000-8000-000000000000";

    problem(given().get("/v1/captions/" + old).then(), 410, "job.not_found")
        .body("detail", containsString("2023-"));
  }

  private static void refused(String field, String value, String detail) {
    problem(form().multiPart(field, value).post("/v1/captions").then(), 400, "request.invalid")
        .body("detail", containsString(detail));
  }

  private static RequestSpecification form() {
    return given().multiPart("image", "cat.png", new byte[] {1, 2, 3}, "image/png");
  }
}

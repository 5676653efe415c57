package io.vignette.gateway.metrics;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.vignette.gateway.BrokerResource;
import io.vignette.gateway.GatewayLifecycle;
import io.vignette.testkit.NeedsPromtool;
import io.vignette.testkit.Promtool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gateway's scrape, with jobs in the queue and jobs that have ended. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class GatewayMetricsIT {
  private static final String BODY =
      "{\"image\":{\"data\":\"iVBORw0KGgo=\"},\"priority\":\"bulk\",\"deadline_seconds\":%d}";

  private final GatewayLifecycle gateway;

  @Inject
  GatewayMetricsIT(GatewayLifecycle gateway) {
    this.gateway = gateway;
  }

  @BeforeEach
  void awaitGateway() throws Exception {
    gateway.ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void queueAndDurationsAreTold() {
    submit(3600);
    submit(1);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(scrape())
                    .containsPattern(
                        "vignette_queue_jobs\\{priority=\"bulk\",state=\"queued\",?} [1-9]")
                    .containsPattern("vignette_queue_bytes [1-9]")
                    .containsPattern("vignette_queue_oldest_age_seconds [1-9]")
                    .contains("vignette_queue_work_seconds 0.0")
                    .containsPattern(
                        "vignette_job_duration_seconds_bucket\\{priority=\"bulk\",state=\"expired\",le=\"3600.0\",?} [1-9]"));
  }

  @Test
  void oursAreNumbers() {
    submit(3600);

    assertThat(scrape().lines().filter(line -> line.startsWith("vignette_")))
        .isNotEmpty()
        .noneMatch(line -> line.endsWith("NaN"));
  }

  @Test
  @NeedsPromtool
  void prometheusHasNothingToSayAgainstThem() throws Exception {
    submit(3600);

    assertThat(Promtool.check(scrape())).isEmpty();
  }

  private static void submit(int deadlineSeconds) {
    given()
        .contentType(ContentType.JSON)
        .body(BODY.formatted(deadlineSeconds))
        .post("/v1/captions")
        .then()
        .statusCode(202);
  }

  /** In the text format that promtool reads, not in OpenMetrics. */
  private static String scrape() {
    return given()
        .accept("text/plain")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }
}

package io.vignette.gateway.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vignette.gateway.BrokerResource;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed description of the interface is the one that is served. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class OpenApiIT {

  @Test
  void committedDocumentIsTheServedOne() throws IOException {
    String served = given().get("/q/openapi").then().statusCode(200).extract().asString();
    Path copy = RepositoryFiles.root().resolve("gateway/target/openapi.yaml");
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, served);

    assertThat(RepositoryFiles.root().resolve("docs/openapi.yaml"))
        .as("docs/openapi.yaml (where the change is meant: copy %s over it)", copy)
        .content()
        .isEqualToNormalizingNewlines(served);
  }
}

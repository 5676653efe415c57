package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vignette.gateway.access.ApiKeys;
import io.vignette.testkit.PythonVenv;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The OpenAPI document is as strict as the packaged program, and no stricter: Schemathesis makes
 * requests of it, valid ones and invalid ones, follows its links, and applies all its checks.
 *
 * <p>Two things are said to Schemathesis that a document for all gateways can't say: the names of
 * this gateway's models with their range of tokens, and that an idempotency key must not come again
 * with another request. The example of Prefer waits shorter here, because images of invented
 * addresses are tried for long.
 *
 * <p>Lists of a form are described as the wire shows them: an empty one sends no part, and a
 * question that comes once is a text. Schemathesis knows that of forms without files only (4.32.5
 * can't validate a body that holds one as it was sent).
 */
class OpenApiFuzzIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PYTHON = RepositoryFiles.root().resolve("standalone/src/test/python");
  private static final String KEY = "vgn_fuzz";
  private static final String SEED = "20260301";
  private static final String EXAMPLES = "100";
  private static final long MINUTES_MAX = 10;

  @TempDir static Path folder;

  @Test
  void theGatewayTakesWhatTheDocumentAllowsAndRefusesWhatItForbids() throws Exception {
    PythonVenv python =
        PythonVenv.required(
            RepositoryFiles.root().resolve("standalone/target/schemathesis"),
            List.of(PYTHON.resolve("requirements.txt")));
    int port = freePort();
    Path keys = Files.write(folder.resolve("keys"), List.of(ApiKeys.line("fuzz", KEY)));
    try (RunningProgram serve =
        RunningProgram.start(
            folder,
            List.of("-Dvignette.access.keys-file=" + keys),
            "serve",
            "--port",
            Integer.toString(port))) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> serve.out().contains("Ctrl-C stops it") || !serve.process().isAlive());
      assertThat(serve.process().isAlive()).as(serve.err()).isTrue();
      assertThat(serve.out()).contains("-H 'Authorization: Bearer KEY' http://127.0.0.1:");
      String base = "http://127.0.0.1:" + port;

      String report = schemathesis(python, base, describe(base));

      assertThat(report).contains("No issues found");
      assertThat(serve.process().isAlive()).as(serve.err()).isTrue();
    }
  }

  private static String schemathesis(PythonVenv python, String base, Path document)
      throws IOException, InterruptedException {
    Path report = folder.resolve("report.txt");
    ProcessBuilder command =
        new ProcessBuilder(
            python.program("schemathesis").toString(),
            "run",
            document.toString(),
            "--url=" + base,
            "--header=Authorization: Bearer " + KEY,
            "--checks=all",
            "--mode=all",
            "--phases=examples,coverage,fuzzing,stateful",
            "--max-examples=" + EXAMPLES,
            "--seed=" + SEED,
            "--continue-on-failure",
            "--no-color");
    command.environment().put("PYTHONPATH", PYTHON.toString());
    command.environment().put("SCHEMATHESIS_HOOKS", "schemathesis_hooks");
    command.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process =
        command
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(report.toFile())
            .start();
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + Files.readString(report));
    }
    String text = Files.readString(report);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  /** The document that is served, with the models of this gateway. */
  private static Path describe(String base) throws Exception {
    ObjectNode document = (ObjectNode) JSON.readTree(get(base + "/q/openapi?format=json"));
    JsonNode models = JSON.readTree(get(base + "/v1/models")).path("models");
    ArrayNode names = JSON.createArrayNode();
    int tokensMax = Integer.MAX_VALUE;
    for (JsonNode model : models) {
      names.add(model.path("name").asText());
      tokensMax = Math.min(tokensMax, model.path("max_new_tokens").path("max").asInt());
    }
    JsonNode schemas = document.path("components").path("schemas");
    for (String request : List.of("CaptionRequest", "CaptionForm")) {
      property(schemas, request, "model").set("enum", names);
    }
    property(schemas, "CaptionForm", "max_new_tokens").put("maximum", tokensMax);
    property(schemas, "Generation", "max_new_tokens").put("maximum", tokensMax);
    describeSentLists(schemas);
    waitShorter(document);
    return Files.writeString(folder.resolve("openapi.json"), document.toString());
  }

  private static void describeSentLists(JsonNode schemas) {
    property(schemas, "CaptionForm", "prompts").remove("minItems");
    ObjectNode form = (ObjectNode) schemas.path("CaptionForm").path("properties");
    form.set("question", form.path("question").path("items"));
  }

  private static void waitShorter(JsonNode document) {
    for (JsonNode parameters : document.path("paths").findValues("parameters")) {
      for (JsonNode parameter : parameters) {
        if (parameter.path("name").asText().equals("Prefer")) {
          ((ObjectNode) parameter.path("schema")).putArray("examples").add("wait=1");
        }
      }
    }
  }

  private static ObjectNode property(JsonNode schemas, String schema, String name) {
    return (ObjectNode) schemas.path(schema).path("properties").path(name);
  }

  private static String get(String uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri)).header("Authorization", "Bearer " + KEY).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}

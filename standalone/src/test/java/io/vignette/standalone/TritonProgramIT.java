package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.Pictures;
import io.vignette.testkit.triton.NeedsTriton;
import io.vignette.testkit.triton.TritonOptions;
import io.vignette.testkit.triton.TritonServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code vignette caption --engine triton} as a process, with a real Triton server. */
@NeedsTriton
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TritonProgramIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private TritonServer server;

  @BeforeAll
  void startServer() {
    server = TritonServer.start(TritonOptions.bundledModels().threads(1));
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @Test
  void captionsAreThoseOfTheEngineInTheProcess() throws Exception {
    new Pictures(21).writeMixed(Files.createDirectories(folder.resolve("pictures")), 240, 160, 120);

    Ended ours = run("caption", "pictures", "-o", "onnx.jsonl");
    Ended theirs =
        run(
            "caption",
            "pictures",
            "-o",
            "triton.jsonl",
            "--engine",
            "triton",
            "--endpoint",
            server.grpcEndpoint());

    assertThat(ours.exitCode()).as(ours.err()).isZero();
    assertThat(theirs.exitCode()).as(theirs.err()).isZero();
    assertThat(captions("triton.jsonl")).hasSize(240).isEqualTo(captions("onnx.jsonl"));
    assertThat(server.statistics("tiny-blip2").getInferenceCount()).isGreaterThanOrEqualTo(240);
  }

  @Test
  void aServerThatIsKilledAndComesBackCostsNothingButTime() throws Exception {
    new Pictures(22).writeMixed(Files.createDirectories(folder.resolve("pictures")), 400, 160, 120);
    Path journal = folder.resolve("out.jsonl.partial.jsonl");

    try (RunningProgram program =
        RunningProgram.start(
            folder,
            "caption",
            "pictures",
            "-o",
            "out.jsonl",
            "--engine",
            "triton",
            "--endpoint",
            server.grpcEndpoint())) {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.exists(journal) && Files.readAllLines(journal).size() > 40);
      server.kill();
      server.restart();

      assertThat(program.process().waitFor(4, TimeUnit.MINUTES)).as(program.err()).isTrue();
      assertThat(program.process().exitValue()).as(program.err()).isZero();
    }
    assertThat(captions("out.jsonl")).hasSize(400).doesNotContain("");
  }

  @Test
  void doctorSaysHowTheServerDoes() throws Exception {
    Ended well =
        run("doctor", "--port", "0", "--engine", "triton", "--endpoint", server.grpcEndpoint());
    Ended away = run("doctor", "--port", "0", "--engine", "triton", "--endpoint", "localhost:1");

    assertThat(well.exitCode()).as(well.out()).isZero();
    assertThat(well.out()).contains("engine   ok     Triton at " + server.grpcEndpoint());
    assertThat(away.exitCode()).isEqualTo(1);
    assertThat(away.out()).contains("engine   WRONG  ").contains("localhost:1");
  }

  @Test
  void anEndpointWithoutItsEngineIsRefused() throws Exception {
    Ended refused = run("caption", ".", "--endpoint", "localhost:8001");
    Ended odd = run("serve", "--engine", "triton", "--endpoint", "http://localhost");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("(expected: together with --engine triton or openai)");
    assertThat(odd.err()).contains("--endpoint: http://localhost (expected: host:port");
  }

  private Ended run(String... arguments) throws Exception {
    return RunningProgram.run(folder, arguments);
  }

  private List<String> captions(String output) throws IOException {
    List<String> captions = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(output))) {
      JsonNode record = JSON.readTree(line);
      captions.add(record.path("caption").asText());
    }
    return captions;
  }
}

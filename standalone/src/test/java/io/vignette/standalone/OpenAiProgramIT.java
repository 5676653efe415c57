package io.vignette.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.standalone.RunningProgram.Ended;
import io.vignette.testkit.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vignette caption --engine openai} as a process, with a scripted server. */
class OpenAiProgramIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private Ended run(ChatServer server, String key, String... arguments) throws Exception {
    Path keyFile = Files.writeString(folder.resolve("key"), key + "\n");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--engine",
            "openai",
            "--endpoint",
            server.endpoint(),
            "--model",
            "llava",
            "--api-key-file",
            keyFile.toString()));
    return RunningProgram.run(folder, all.toArray(String[]::new));
  }

  private JsonNode records() throws IOException {
    return JSON.readTree(Files.readString(folder.resolve("captions.json")));
  }

  @Test
  void theServerCaptionsEveryPicture() throws Exception {
    try (ChatServer server = new ChatServer()) {
      server.refuse(429);
      Ended ended =
          run(
              server,
              ChatServer.KEY,
              "caption",
              RepositoryFiles.samples().toString(),
              "--concurrency",
              "3");

      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(records()).isNotEmpty();
      for (JsonNode record : records()) {
        assertThat(record.path("caption").asText()).isEqualTo(ChatServer.ANSWER);
        assertThat(record.has("confidence")).isFalse();
      }
      assertThat(server.questions).hasSizeGreaterThan(records().size());
      assertThat(server.questions.getFirst())
          .contains("data:image/jpeg;base64,")
          .contains("\"llava\"")
          .contains("Describe this picture");
      assertThat(ended.err()).doesNotContain(ChatServer.KEY);
    }
  }

  @Test
  void aKeyTheServerRefusesEndsTheRunInWords() throws Exception {
    try (ChatServer server = new ChatServer()) {
      Ended ended = run(server, "sk-another", "caption", RepositoryFiles.samples().toString());

      assertThat(ended.exitCode()).isEqualTo(70);
      assertThat(ended.err()).contains("HTTP 401").doesNotContain("sk-another");
    }
  }

  @Test
  void theDoctorLooksForTheServer() throws Exception {
    try (ChatServer server = new ChatServer()) {
      Ended ended = run(server, ChatServer.KEY, "doctor", "--port", "0");

      assertThat(ended.out()).contains("engine   ok     " + server.endpoint()).contains("llava");
      assertThat(server.questions).hasSize(1);
    }
  }

  @Test
  void optionsThatDoNotFitAreRefused() throws Exception {
    Ended noEndpoint =
        RunningProgram.run(folder, "caption", folder.toString(), "--engine", "openai");
    Ended noEngine =
        RunningProgram.run(folder, "caption", folder.toString(), "--endpoint", "http://host");

    assertThat(noEndpoint.exitCode()).isEqualTo(2);
    assertThat(noEndpoint.err()).contains("--endpoint: none");
    assertThat(noEngine.exitCode()).isEqualTo(2);
    assertThat(noEngine.err()).contains("together with --engine triton or openai");
  }
}

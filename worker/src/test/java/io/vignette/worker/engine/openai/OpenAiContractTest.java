package io.vignette.worker.engine.openai;

import static io.vignette.worker.engine.openai.ServerFixture.SECRET;
import static io.vignette.worker.engine.openai.ServerFixture.await;
import static io.vignette.worker.engine.openai.ServerFixture.failure;
import static io.vignette.worker.engine.openai.ServerFixture.question;
import static io.vignette.worker.engine.openai.ServerFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.openai.ChatQuestion.MediaType;
import io.vignette.worker.engine.openai.ScriptedServer.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, and what every recorded answer means. */
class OpenAiContractTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScriptedServer script;
  private OpenAiServer server;

  @BeforeEach
  void start() throws Exception {
    script = new ScriptedServer();
    server = ServerFixture.ready(ServerFixture.settings(script.endpoint(), 2));
  }

  @AfterEach
  void stop() {
    server.close();
    script.close();
  }

  private InferenceFailure refusedBy(Reply... replies) {
    script.answer(replies);
    return failure(server.ask(question(), soon()));
  }

  @Test
  void asksWithThePictureAsADataUri() throws Exception {
    await(server.ask(question(), soon()));

    JsonNode asked = JSON.readTree(script.lastQuestion());
    assertThat(asked.path("model").asText()).isEqualTo("gpt-4o-mini");
    assertThat(asked.path("max_tokens").asInt()).isEqualTo(30);
    assertThat(asked.path("temperature").asDouble(9)).isZero();
    JsonNode message = asked.path("messages").path(0);
    assertThat(message.path("role").asText()).isEqualTo("user");
    assertThat(message.at("/content/0/type").asText()).isEqualTo("image_url");
    assertThat(message.at("/content/0/image_url/url").asText())
        .isEqualTo(
            "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(ServerFixture.PICTURE));
    assertThat(message.at("/content/1/type").asText()).isEqualTo("text");
    assertThat(message.at("/content/1/text").asText()).isEqualTo("What is \"this\"?\n");
    assertThat(asked.path("messages")).hasSize(1);
  }

  @Test
  void sendsLargePicturesWholeWithTheirLengthBeforehand() throws Exception {
    for (int bytes : new int[] {1, 2, 3, 48 * 1024, 48 * 1024 + 1, 700_001}) {
      byte[] picture = new byte[bytes];
      new Random(bytes).nextBytes(picture);

      await(server.ask(new ChatQuestion(picture, MediaType.PNG, "?", 5), soon()));

      String url =
          JSON.readTree(script.lastQuestion()).at("/messages/0/content/0/image_url/url").asText();
      assertThat(url).startsWith("data:image/png;base64,");
      assertThat(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1)))
          .isEqualTo(picture);
      ScriptedServer.Asked asked = script.questions.getLast();
      assertThat(asked.length()).contains(Integer.toString(asked.body().length));
    }
  }

  @Test
  void sendsTheKeyWithEveryRequest() throws Exception {
    await(server.ask(question(), soon()));

    assertThat(script.questions.getLast().authorization()).contains("Bearer " + SECRET);
    assertThat(script.probes.getLast().authorization()).contains("Bearer " + SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai-answer.json|A red bicycle leans against a wall.|true|1117|9",
        "openai-length.json|A red bicycle leans|false|1117|4",
        "ollama-answer.json|A cat sleeps on a chair.|true|591|8",
        "parts-answer.json|A boat on a lake.|true|0|0"
      })
  void readsWhatTheModelWrote(
      String file, String text, boolean isComplete, int promptTokens, int outputTokens)
      throws Exception {
    script.answer(Reply.of(200, file));

    assertThat(await(server.ask(question(), soon())))
        .isEqualTo(new ChatAnswer(text, isComplete, promptTokens, outputTokens));
  }

  @ParameterizedTest
  @CsvSource({"vllm-answer.json, true, 34", "vllm-length.json, false, 12"})
  void leavesOutWhatSteersTerminals(String file, boolean isComplete, int outputTokens)
      throws Exception {
    String written =
        JSON.readTree(ScriptedServer.recorded(file)).at("/choices/0/message/content").asText();
    assertThat(written).containsPattern("[\\x00-\\x08\\x0b-\\x1f]");
    script.answer(Reply.of(200, file));

    ChatAnswer answer = await(server.ask(question(), soon()));

    assertThat(answer.text()).isEqualTo(written.replaceAll("[\\x00-\\x08\\x0b-\\x1f]", "").strip());
    assertThat(answer)
        .extracting(ChatAnswer::isComplete, ChatAnswer::promptTokens, ChatAnswer::outputTokens)
        .containsExactly(isComplete, 38, outputTokens);
  }

  @Test
  void keepsLineBreaksAndTakesNothingButSteeringForNoAnswer() throws Exception {
    String words = "{\"choices\":[{\"message\":{\"content\":\"One\\u0007\\ntwo\\u009b.\"}}]}";
    String none = "{\"choices\":[{\"message\":{\"content\":\"\\u001b\\u0007 \"}}]}";
    script.answer(Reply.of(200, words.getBytes(StandardCharsets.UTF_8)));

    assertThat(await(server.ask(question(), soon())).text()).isEqualTo("One\ntwo.");
    assertThat(refusedBy(Reply.of(200, none.getBytes(StandardCharsets.UTF_8))).kind())
        .isEqualTo(Kind.DEGENERATE);
  }

  @Test
  void takesWhatNoTextCanHaveForAReplacementCharacter() throws Exception {
    answerWith("\"a\\ud800b\\ud83d\\ude00\"", "1");

    assertThat(await(server.ask(question(), soon())).text()).isEqualTo("a\uFFFDb\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "2147483648", "9223372036854775807", "1e300", "1.5", "\"5\"", "null", "[]"})
  void takesNoCountForOneThatIsNone(String tokens) throws Exception {
    answerWith("\"a\"", tokens);

    assertThat(await(server.ask(question(), soon()))).isEqualTo(new ChatAnswer("a", true, 0, 0));
  }

  @Test
  void takesNoAnswerWithAFieldTwice() {
    String twice = "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"choices\":[]}";

    assertThat(refusedBy(Reply.of(200, twice.getBytes(StandardCharsets.UTF_8))))
        .hasMessageContaining("one with a field twice");
  }

  @Test
  void takesNoAnswerWithMoreBehindIt() {
    String more = "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}more";

    assertThat(refusedBy(Reply.of(200, more.getBytes(StandardCharsets.UTF_8))).kind())
        .isEqualTo(Kind.BACKEND);
  }

  private void answerWith(String content, String tokens) {
    script.answer(
        Reply.of(
            200,
            "{\"choices\":[{\"message\":{\"content\":%s}}],\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":%s}}"
                .formatted(content, tokens, tokens)
                .getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|openai-content-filter.json|DEGENERATE|content_filter",
        "200|openai-refusal.json|DEGENERATE|I do not describe this.",
        "200|openai-thought-only.json|DEGENERATE|finish reason length",
        "200|openai-no-choices.json|DEGENERATE|choices: none",
        "200|vllm-abort.json|UNAVAILABLE|abort",
        "200|vllm-wrong-path.json|DEGENERATE|choices: none",
        "400|vllm-too-long.json|INVALID_INPUT|HTTP 400: This model's maximum context length is"
            + " 1024",
        "400|vllm-max-tokens.json|INVALID_INPUT|max_tokens=5000 cannot be greater than",
        "400|vllm-bad-picture.json|INVALID_INPUT|HTTP 400: Failed to load image",
        "400|vllm-older-bad-request.json|INVALID_INPUT|HTTP 400: The picture can't be read.",
        "422|vllm-wrong-path.json|INVALID_INPUT|HTTP 422 (expected: a request the server takes)",
        "413|openai-rate-limit.json|INVALID_INPUT|HTTP 413",
        "403|openai-key.json|INVALID_INPUT|HTTP 403: The API key (hidden) is not valid.",
        "404|vllm-model-unknown.json|MODEL_UNKNOWN|HTTP 404: The model `nope` does not exist.",
        "404|ollama-model-unknown.json|MODEL_UNKNOWN|the server to know model 'gpt-4o-mini'",
        "404|openai-model-unknown.json|MODEL_UNKNOWN|There is no model gpt-nine",
        "404|vllm-wrong-path.json|MODEL_UNKNOWN|most end in /v1",
        "408|vllm-wrong-path.json|TIMEOUT|HTTP 408",
        "429|openai-rate-limit.json|OVERLOADED|Too many requests in a minute",
        "503|ollama-busy.json|OVERLOADED|the queue of requests is full",
        "529|ollama-busy.json|OVERLOADED|HTTP 529",
        "200|router-error.json|OVERLOADED|HTTP 429: The provider takes no more requests",
        "307|vllm-wrong-path.json|INVALID_INPUT|redirections are not followed",
        "502|vllm-wrong-path.json|UNAVAILABLE|HTTP 502",
        "503|vllm-wrong-path.json|UNAVAILABLE|a server behind the address",
        "504|vllm-wrong-path.json|UNAVAILABLE|HTTP 504",
        "402|openai-quota.json|UNAVAILABLE|no quota left",
        "429|openai-quota.json|UNAVAILABLE|an account with quota left",
        "401|openai-key.json|UNAVAILABLE|The API key (hidden) is not valid.",
        "401|vllm-key.json|UNAVAILABLE|HTTP 401: Unauthorized"
      })
  void saysWhatEveryRefusalMeans(int status, String file, Kind kind, String message) {
    InferenceFailure failure = refusedBy(Reply.of(status, file));

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageContaining(message).hasMessageContaining("(expected: ");
  }

  @Test
  void takesNoWebPageForAnAnswer() {
    byte[] page = "<html>Sign in</html>".getBytes(StandardCharsets.UTF_8);

    assertThat(refusedBy(Reply.of(200, page).with("Content-Type", "text/html")))
        .hasMessage(
            "answer: text/html that is no JSON object, or one with a field twice"
                + " (expected: a chat completion)")
        .extracting(InferenceFailure::kind)
        .isEqualTo(Kind.BACKEND);
    assertThat(refusedBy(Reply.of(200, new byte[0])).kind()).isEqualTo(Kind.BACKEND);
    assertThat(refusedBy(Reply.of(200, "{\"choices\":".getBytes(StandardCharsets.UTF_8))).kind())
        .isEqualTo(Kind.BACKEND);
    assertThat(refusedBy(Reply.of(200, "[7]".getBytes(StandardCharsets.UTF_8))).kind())
        .isEqualTo(Kind.BACKEND);
    assertThat(refusedBy(Reply.of(429, page)).kind()).isEqualTo(Kind.OVERLOADED);
  }

  @Test
  void readsNoMoreOfAnAnswerThanTheLimit() {
    InferenceFailure failure = refusedBy(Reply.of(200, new byte[(64 << 10) + 1]));

    assertThat(failure.kind()).isEqualTo(Kind.BACKEND);
    assertThat(failure).hasMessage("answer: more than 65536 bytes (expected: less)");
  }

  @Test
  void shortensWhatServersSay() {
    String flood = "{\"error\":{\"message\":\"\\u0007%s\"}}".formatted("x".repeat(5000));

    assertThat(refusedBy(Reply.of(400, flood.getBytes(StandardCharsets.UTF_8))).getMessage())
        .hasSizeLessThan(500)
        .doesNotContain("\u0007");
  }

  @Test
  void learnsWhichFieldsAModelHasNoUseFor() throws Exception {
    script.answer(
        Reply.of(400, "openai-max-tokens.json"), Reply.of(400, "openai-temperature.json"));

    await(server.ask(question(), soon()));
    await(server.ask(question(), soon()));

    assertThat(script.questions).hasSize(4);
    JsonNode asked = JSON.readTree(script.lastQuestion());
    assertThat(asked.path("max_completion_tokens").asInt()).isEqualTo(30);
    assertThat(asked.has("max_tokens")).isFalse();
    assertThat(asked.has("temperature")).isFalse();
    assertThat(refusedBy(Reply.of(400, "openai-temperature.json")).kind())
        .isEqualTo(Kind.INVALID_INPUT);
  }

  @Test
  void givesUpWhenTheKeyIsRefused() {
    refusedBy(Reply.of(401, "openai-key.json"));

    assertThat(server.health().state()).isEqualTo(State.FAILED);
    assertThat(server.health().detail()).contains("HTTP 401").doesNotContain(SECRET);
  }

  @Test
  void refusesWhatItCannotSendWithoutSending() {
    ChatQuestion huge = new ChatQuestion(new byte[(1 << 20) + 1], MediaType.JPEG, "?", 5);
    ChatQuestion none = new ChatQuestion(new byte[0], MediaType.JPEG, "?", 5);

    assertThat(failure(server.ask(huge, soon())))
        .hasMessage("picture: 1048577 bytes (expected: 1 to 1048576)")
        .extracting(InferenceFailure::kind)
        .isEqualTo(Kind.INVALID_INPUT);
    assertThat(failure(server.ask(none, soon())).kind()).isEqualTo(Kind.INVALID_INPUT);
    assertThat(failure(server.ask(question(), Instant.now())).kind()).isEqualTo(Kind.EXPIRED);
    assertThat(script.questions).isEmpty();
  }
}

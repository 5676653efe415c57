package io.vignette.worker.engine.openai;

import static io.vignette.worker.engine.openai.ServerFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.models.RemoteModel;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.openai.ChatQuestion.MediaType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The adapter against a real vLLM. Not part of a build: {@code docker/vllm-cpu/suite} runs it, and
 * its name keeps everybody else from selecting it.
 *
 * <p>The model says nonsense, so answers are compared with each other, never with a text.
 */
@EnabledIfEnvironmentVariable(
    named = "VIGNETTE_VLLM_ENDPOINT",
    matches = ".+",
    disabledReason = "needs a real vLLM: run docker/vllm-cpu/suite")
class OpenAiVllmSuite {
  private static final String CAPTION =
      "Describe this picture in one sentence. Answer with the sentence alone.";
  private static final int ALL = 900;
  private static final int CONTEXT = 1024;

  private final VllmServer vllm = new VllmServer();
  private final List<byte[]> pictures = samples();
  private OpenAiServer server;

  private static List<byte[]> samples() {
    try (Stream<Path> files = Files.list(RepositoryFiles.samples())) {
      List<byte[]> contents = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().matches(".*\\.(png|jpg)")).toList()) {
        contents.add(Files.readAllBytes(file));
      }
      return contents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void connect() throws Exception {
    server = connected(vllm.settings());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static OpenAiServer connected(OpenAiSettings settings) throws Exception {
    OpenAiServer server = new OpenAiServer(settings, Clock.systemUTC());
    server.start();
    server.ready().toCompletableFuture().get(VllmServer.RESTART.toSeconds(), TimeUnit.SECONDS);
    return server;
  }

  private static Instant soon() {
    return Instant.now().plus(Duration.ofMinutes(2));
  }

  private CompletableFuture<ChatAnswer> ask(byte[] picture, String text, int maxNewTokens) {
    return server.ask(new ChatQuestion(picture, MediaType.JPEG, text, maxNewTokens), soon());
  }

  private ChatAnswer answer(byte[] picture, String text, int maxNewTokens) throws Exception {
    return ask(picture, text, maxNewTokens).get(2, TimeUnit.MINUTES);
  }

  private InferenceFailure refused(byte[] picture, String text, int maxNewTokens) {
    InferenceFailure failure = failure(ask(picture, text, maxNewTokens));
    assertThat(failure).hasMessageNotContaining(vllm.secret);
    return failure;
  }

  private void assertStillAnswers() throws Exception {
    assertThat(server.health().state()).isEqualTo(State.READY);
    assertThat(answer(pictures.getFirst(), CAPTION, 16).text()).isNotEmpty();
  }

  @Test
  void captionsPicturesTheSameAloneAndInCompany() throws Exception {
    List<ChatAnswer> alone = new ArrayList<>();
    for (byte[] picture : pictures) {
      alone.add(answer(picture, CAPTION, 48));
    }

    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<ChatAnswer>> asked =
          IntStream.range(0, 24)
              .mapToObj(i -> ask(pictures.get(i % pictures.size()), CAPTION, 48))
              .toList();
      for (int i = 0; i < asked.size(); i++) {
        assertThat(asked.get(i).get(2, TimeUnit.MINUTES))
            .as("picture %d of round %d", i, round)
            .isEqualTo(alone.get(i % alone.size()));
      }
    }
    assertThat(alone.stream().map(ChatAnswer::text)).doesNotHaveDuplicates();
  }

  @Test
  void saysWhetherTheModelEndedAndCountsTokens() throws Exception {
    for (byte[] picture : pictures) {
      ChatAnswer cut = answer(picture, CAPTION, 12);
      assertThat(cut.outputTokens()).isLessThanOrEqualTo(12);
      assertThat(cut.isComplete() || cut.outputTokens() == 12).isTrue();
      assertThat(cut.promptTokens()).isGreaterThan(16);
    }
    List<ChatAnswer> whole = new ArrayList<>();
    for (byte[] picture : pictures) {
      whole.add(answer(picture, CAPTION, ALL));
    }
    assertThat(whole).anyMatch(ChatAnswer::isComplete);
    assertThat(whole)
        .allSatisfy(
            answer -> assertThat(answer.outputTokens() < ALL).isEqualTo(answer.isComplete()));
  }

  @Test
  void writesNoControlCharacters() throws Exception {
    for (byte[] picture : pictures) {
      assertThat(answer(picture, CAPTION, 200).text())
          .doesNotContainPattern("[\\p{Cntrl}&&[^\\n\\t]]");
    }
  }

  @Test
  void asksSeveralPromptsOfOnePicture() throws Exception {
    try (OpenAiEngine engine = new OpenAiEngine(vllm.settings(), Clock.systemUTC())) {
      engine.start();
      engine.ready().toCompletableFuture().get(1, TimeUnit.MINUTES);
      List<String> questions = List.of(CAPTION, "What is this?", "Name it.");
      List<EncodedPrompt> prompts =
          questions.stream().<EncodedPrompt>map(q -> new EncodedPrompt.Words(q, 20)).toList();

      InferenceCall call =
          engine.infer(
              new InferenceBatch(
                  RemoteModel.named(vllm.model()),
                  List.of(new InferenceItem(pictures.getFirst(), prompts))),
              soon());
      List<GeneratedText> texts =
          call.items().getFirst().toCompletableFuture().get(1, TimeUnit.MINUTES);

      for (int i = 0; i < questions.size(); i++) {
        ChatAnswer single = answer(pictures.getFirst(), questions.get(i), 20);
        assertThat(texts.get(i))
            .isEqualTo(
                new GeneratedText.Words(
                    single.text(),
                    single.isComplete(),
                    single.promptTokens(),
                    single.outputTokens()));
      }
    }
  }

  @Test
  void refusesWhatIsNoPictureAndGoesOn() throws Exception {
    byte[] text = "not a picture".getBytes(StandardCharsets.UTF_8);
    byte[] half = Arrays.copyOf(pictures.getFirst(), 60);

    for (byte[] broken : List.of(text, half)) {
      InferenceFailure refusal = refused(broken, CAPTION, 16);
      assertThat(refusal.kind()).isEqualTo(Kind.INVALID_INPUT);
      assertThat(refusal).hasMessageContaining("HTTP 400");
    }

    assertStillAnswers();
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    InferenceFailure longPrompt = refused(pictures.getFirst(), "word ".repeat(3000), 16);
    InferenceFailure longAnswer = refused(pictures.getFirst(), CAPTION, 5000);

    assertThat(List.of(longPrompt, longAnswer))
        .allSatisfy(
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(Kind.INVALID_INPUT);
              assertThat(refusal).hasMessageContaining(Integer.toString(CONTEXT));
            });
    ChatAnswer cut = answer(pictures.getFirst(), "word ".repeat(60), 1000); // Too long together.
    assertThat(cut.promptTokens() + cut.outputTokens()).isLessThanOrEqualTo(CONTEXT);
    assertStillAnswers();
  }

  @Test
  void tellsAnUnknownModelFromAWrongAddress() throws Exception {
    OpenAiSettings own = vllm.settings();
    try (OpenAiServer other =
        connected(vllm.settings("no-such-model", own.apiKey(), Duration.ofMinutes(1)))) {
      assertThat(other.health().detail())
          .contains("no-such-model is not on the server's list")
          .contains(vllm.model());
      InferenceFailure refusal =
          failure(other.ask(new ChatQuestion(pictures.getFirst(), MediaType.PNG, "?", 5), soon()));
      assertThat(refusal.kind()).isEqualTo(Kind.MODEL_UNKNOWN);
      assertThat(refusal).hasMessageContaining("to know model 'no-such-model'");
    }
    OpenAiSettings elsewhere =
        new OpenAiSettings(
            own.endpoint().resolve("/v2"),
            own.model(),
            own.apiKey(),
            1,
            own.timeouts(),
            own.limits());
    try (OpenAiServer other = connected(elsewhere)) {
      InferenceFailure refusal =
          failure(other.ask(new ChatQuestion(pictures.getFirst(), MediaType.PNG, "?", 5), soon()));
      assertThat(refusal.kind()).isEqualTo(Kind.MODEL_UNKNOWN);
      assertThat(refusal).hasMessageContaining("most end in /v1");
    }
  }

  @Test
  void neverBecomesReadyWithoutTheRightKey() {
    ApiKey wrong = ApiKey.of("sk-wrong", "the test");
    for (Optional<ApiKey> key : List.of(Optional.of(wrong), Optional.<ApiKey>empty())) {
      try (OpenAiServer other =
          new OpenAiServer(
              vllm.settings(vllm.model(), key, Duration.ofMinutes(1)), Clock.systemUTC())) {
        other.start();
        InferenceFailure refusal = ServerFixture.neverReady(other);
        assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(refusal)
            .hasMessageContaining("HTTP 401")
            .hasMessageContaining("an API key the server accepts")
            .hasMessageNotContaining("sk-wrong");
        assertThat(other.health().state()).isEqualTo(State.FAILED);
      }
    }
  }

  @Test
  void withdrawnQuestionsFreeTheServer() throws Exception {
    int wholeAnswers = 0;
    for (byte[] picture : pictures) {
      wholeAnswers += answer(picture, CAPTION, ALL).outputTokens();
    }
    double before = vllm.metric("vllm:generation_tokens_total", "");
    List<CompletableFuture<ChatAnswer>> asked = questionsUnderWay();

    asked.forEach(
        answer -> answer.completeExceptionally(InferenceFailure.cancelled("test: withdrawn")));

    assertThat(server.inFlight()).isZero();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                vllm.metric("vllm:num_requests_running", "") == 0
                    && vllm.metric("vllm:num_requests_waiting", "") == 0);
    assertThat(vllm.metric("vllm:generation_tokens_total", "") - before)
        .as("tokens of 20 withdrawn answers, of 7 whole ones: %d", wholeAnswers)
        .isLessThan(2.0 * wholeAnswers);
    assertStillAnswers();
  }

  @Test
  void endsWhatComesTooLate() throws Exception {
    List<CompletableFuture<ChatAnswer>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(
          server.ask(
              new ChatQuestion(pictures.get(i % 7), MediaType.PNG, CAPTION, ALL),
              Instant.now().plusMillis(300)));
    }

    assertThat(asked.stream().filter(answer -> failsAs(answer, Kind.EXPIRED)).count()).isPositive();
    await().until(() -> vllm.metric("vllm:num_requests_running", "") == 0);
    assertStillAnswers();
  }

  private static boolean failsAs(CompletableFuture<ChatAnswer> answer, Kind kind) {
    return answer
        .handle((text, thrown) -> thrown != null && InferenceFailure.from(thrown).kind() == kind)
        .orTimeout(1, TimeUnit.MINUTES)
        .join();
  }

  @Test
  void isBackWhenAKilledServerIs() throws Exception {
    ChatAnswer before = answer(pictures.getFirst(), CAPTION, 48);
    List<CompletableFuture<ChatAnswer>> asked = questionsUnderWay();

    vllm.kill();

    assertAllAreAnsweredOrUnavailable(asked);
    await().until(() -> server.health().state() == State.UNAVAILABLE);
    assertThat(refused(pictures.getFirst(), CAPTION, 5).kind()).isEqualTo(Kind.UNAVAILABLE);
    await().atMost(VllmServer.RESTART).until(() -> server.health().isReady());
    assertThat(answer(pictures.getFirst(), CAPTION, 48)).isEqualTo(before);
  }

  @Test
  void isBackWhenTheComputingProcessWasKilled() throws Exception {
    List<CompletableFuture<ChatAnswer>> asked = questionsUnderWay();

    vllm.computing().destroyForcibly();

    assertAllAreAnsweredOrUnavailable(asked);
    await()
        .atMost(VllmServer.RESTART)
        .ignoreExceptions()
        .until(() -> !answer(pictures.getFirst(), CAPTION, 16).text().isEmpty());
  }

  /** More than the server works on at once, of which the first has just been answered. */
  private List<CompletableFuture<ChatAnswer>> questionsUnderWay() {
    List<CompletableFuture<ChatAnswer>> asked =
        IntStream.range(0, 20).mapToObj(i -> ask(pictures.get(i % 7), CAPTION, ALL)).toList();
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> asked.stream().anyMatch(CompletableFuture::isDone));
    return asked;
  }

  private static void assertAllAreAnsweredOrUnavailable(List<CompletableFuture<ChatAnswer>> asked) {
    List<Kind> failures = new ArrayList<>();
    for (CompletableFuture<ChatAnswer> answer : asked) {
      answer
          .handle((text, thrown) -> thrown == null || failures.add(kind(thrown)))
          .orTimeout(1, TimeUnit.MINUTES)
          .join();
    }
    assertThat(failures).isNotEmpty().containsOnly(Kind.UNAVAILABLE);
  }

  private static Kind kind(Throwable thrown) {
    return InferenceFailure.from(thrown).kind();
  }

  @Test
  void noticesAServerThatStoppedAndThatItGoesOn() throws Exception {
    server.close();
    OpenAiSettings own = vllm.settings();
    server = connected(vllm.settings(own.model(), own.apiKey(), Duration.ofSeconds(2)));
    vllm.signal("STOP");
    try {
      assertThat(refused(pictures.getFirst(), CAPTION, 16).kind()).isEqualTo(Kind.TIMEOUT);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.health().state() == State.UNAVAILABLE);
    } finally {
      vllm.signal("CONT");
    }

    await().atMost(Duration.ofSeconds(60)).until(() -> server.health().isReady());
    assertStillAnswers();
  }
}

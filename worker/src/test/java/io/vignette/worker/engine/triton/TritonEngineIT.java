package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.testkit.triton.NeedsTriton;
import io.vignette.testkit.triton.TritonOptions;
import io.vignette.testkit.triton.TritonServer;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.GoldenAnswers.Asked;
import io.vignette.worker.engine.GoldenAnswers.Picture;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.prompt.PromptEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The adapter against the real server, and against the engine inside this process. */
@NeedsTriton
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TritonEngineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration NO_PROBES = Duration.ofMinutes(5);

  private ModelRepository repository;
  private Model model;
  private PromptEncoder prompts;
  private List<Picture> pictures;
  private OnnxEngine inProcess;
  private TritonServer server;
  private TritonEngine engine;

  @BeforeAll
  void startServer() throws Exception {
    repository = GoldenAnswers.repository();
    model = repository.defaultModel();
    prompts = PromptEncoder.load(model);
    pictures = GoldenAnswers.pictures();
    inProcess = new OnnxEngine(repository, new OnnxSettings(1, 1), Clock.systemUTC());
    inProcess.start();
    server = TritonServer.start(TritonOptions.bundledModels().loadingOnly(model.name()).threads(1));
  }

  @AfterAll
  void stopServer() {
    server.close();
    inProcess.close();
    prompts.close();
  }

  @BeforeEach
  void connect() throws Exception {
    connect(Duration.ofSeconds(1));
  }

  private void connect(Duration probeEvery) throws Exception {
    TritonSettings.Timing timing =
        new TritonSettings.Timing(
            Duration.ofSeconds(10), probeEvery, Duration.ofSeconds(3), Duration.ofMillis(200));
    engine =
        new TritonEngine(
            repository,
            new TritonSettings(
                TritonSettings.Connection.plaintext(Endpoint.parse(server.grpcEndpoint())),
                timing,
                TritonSettings.CACHED_FEATURE_BYTES_MAX),
            Clock.systemUTC(),
            TritonListener.NONE);
    engine.start();
    get(engine.ready());
  }

  @AfterEach
  void disconnect() {
    engine.close();
  }

  @Test
  void answersEverySinglePromptAsTheEngineInThisProcessDoes() throws Exception {
    List<InferenceItem> items = new ArrayList<>();
    List<Asked> asked = new ArrayList<>();
    for (Picture picture : pictures) {
      for (Asked one : picture.asked()) {
        items.add(item(picture, List.of(one)));
        asked.add(one);
      }
    }

    List<List<GeneratedText>> here = inferAll(inProcess, items);
    List<List<GeneratedText>> there = inferAll(engine, items);

    assertThat(items).hasSizeGreaterThan(50);
    assertSame(there, here);
    for (int i = 0; i < asked.size(); i++) {
      assertThat(longs(there.get(i).getFirst()))
          .isEqualTo(asked.get(i).tokenIds().stream().map(Integer::longValue).toList());
    }
  }

  @Test
  void answersSeveralPromptsAboutAPictureAndEncodesItOnce() throws Exception {
    List<InferenceItem> items =
        pictures.stream().map(picture -> item(picture, picture.asked())).toList();
    List<List<GeneratedText>> here = inferAll(inProcess, items);
    reconnectWithoutProbes();
    long encodedBefore = encoded();

    List<List<GeneratedText>> there = inferAll(engine, items);
    long encodedOnce = encoded();
    List<List<GeneratedText>> again = inferAll(engine, items);

    assertSame(there, here);
    assertSame(again, here);
    assertThat(encodedOnce - encodedBefore).isEqualTo(distinctPictures());
    assertThat(encoded() - encodedOnce).isEqualTo(withOnePrompt());
  }

  @Test
  void aFurtherQuestionSkipsTheEncoder() throws Exception {
    Picture picture =
        pictures.stream().filter(one -> one.asked().size() >= 3).findFirst().orElseThrow();
    reconnectWithoutProbes();
    get(start(item(picture, picture.asked().subList(0, 2))).items().getFirst());
    long encodedBefore = encoded();

    GeneratedText text =
        get(start(item(picture, picture.asked().subList(2, 3))).items().getFirst()).getFirst();

    assertThat(encoded()).isEqualTo(encodedBefore);
    assertThat(longs(text))
        .isEqualTo(picture.asked().get(2).tokenIds().stream().map(Integer::longValue).toList());
  }

  @Test
  void aKilledServerIsUnavailableUntilItIsBack() throws Exception {
    server.kill();
    awaitState(State.UNAVAILABLE);
    assertFails(start(anyCaption()), Kind.UNAVAILABLE);

    server.restart();

    awaitState(State.READY);
    captionsRightly();
  }

  @Test
  void aServerKilledUnderABatchFailsItAsUnavailable() throws Exception {
    InferenceItem[] many = new InferenceItem[32];
    Arrays.fill(many, anyCaption());
    InferenceCall call = start(many);

    server.kill();

    assertFails(call, Kind.UNAVAILABLE);
    server.restart();
    awaitState(State.READY);
    captionsRightly();
  }

  @Test
  void aPausedServerIsUnavailableUntilItGoesOn() throws Exception {
    server.pause();
    try {
      awaitState(State.UNAVAILABLE);
      assertThat(engine.health().detail()).contains("DEADLINE_EXCEEDED");
    } finally {
      server.resume();
    }

    awaitState(State.READY);
    captionsRightly();
  }

  @Test
  void aDeadBackendIsNoticedThoughTheServerCallsItReady() throws Exception {
    server.killBackend(ServedModel.llm(model));
    assertFails(start(anyCaption()), Kind.UNAVAILABLE);

    assertThat(server.isReady(model.name())).isTrue();
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);

    server.restart();
    awaitState(State.READY);
    captionsRightly();
  }

  @Test
  void anUnloadedModelIsUnavailableUntilItIsLoaded() throws Exception {
    server.unload(model.name());
    assertFails(start(anyCaption()), Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);

    server.load(model.name());

    awaitState(State.READY);
    captionsRightly();
  }

  @Test
  void aCancelledBatchLeavesTheServerWell() throws Exception {
    InferenceItem[] many = new InferenceItem[32];
    Arrays.fill(many, anyCaption());
    InferenceCall call = start(many);

    call.cancel();

    assertFails(call, Kind.CANCELLED);
    captionsRightly();
    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  private long encoded() {
    return server.statistics(ServedModel.visionEncoder(model)).getInferenceCount();
  }

  private long distinctPictures() {
    return pictures.stream().map(picture -> PictureHash.of(picture.pixels())).distinct().count();
  }

  /** These go through the ensemble every time. */
  private long withOnePrompt() {
    return pictures.stream().filter(picture -> picture.asked().size() == 1).count();
  }

  private void reconnectWithoutProbes() throws Exception {
    engine.close();
    connect(NO_PROBES);
  }

  private void captionsRightly() throws Exception {
    Picture picture = pictures.getFirst();
    List<List<GeneratedText>> texts = inferAll(engine, List.of(anyCaption()));

    assertThat(longs(texts.getFirst().getFirst()))
        .isEqualTo(picture.asked().getFirst().tokenIds().stream().map(Integer::longValue).toList());
  }

  private InferenceItem anyCaption() {
    Picture picture = pictures.getFirst();
    return item(picture, picture.asked().subList(0, 1));
  }

  private InferenceItem item(Picture picture, List<Asked> asked) {
    List<Prompt> all = asked.stream().map(Asked::prompt).toList();
    try {
      return new InferenceItem(
          picture.pixels(), prompts.encode(all, Generation.getDefaultInstance()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private InferenceCall start(InferenceItem... items) {
    return engine.infer(new InferenceBatch(model, List.of(items)), soon());
  }

  private static Instant soon() {
    return Instant.now().plus(PATIENCE);
  }

  private List<List<GeneratedText>> inferAll(CaptionEngine by, List<InferenceItem> items)
      throws Exception {
    List<List<GeneratedText>> texts = new ArrayList<>();
    for (int from = 0; from < items.size(); from += 16) {
      List<InferenceItem> some = items.subList(from, Math.min(from + 16, items.size()));
      for (CompletionStage<List<GeneratedText>> item :
          by.infer(new InferenceBatch(model, some), soon()).items()) {
        texts.add(get(item));
      }
    }
    return texts;
  }

  private static void assertSame(List<List<GeneratedText>> there, List<List<GeneratedText>> here) {
    assertThat(tokens(there)).isEqualTo(tokens(here));
  }

  private static List<List<List<Long>>> tokens(List<List<GeneratedText>> texts) {
    return texts.stream().map(item -> item.stream().map(TritonEngineIT::longs).toList()).toList();
  }

  private static List<Long> longs(GeneratedText text) {
    return Arrays.stream(text.tokens().tokenIds()).boxed().toList();
  }

  private void awaitState(State state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(engine.health().state()).isEqualTo(state));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void assertFails(InferenceCall call, Kind kind) {
    assertThat(call.items())
        .allSatisfy(
            item ->
                assertThatThrownBy(() -> get(item))
                    .cause()
                    .isInstanceOfSatisfying(
                        InferenceFailure.class,
                        failure ->
                            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind)));
  }
}

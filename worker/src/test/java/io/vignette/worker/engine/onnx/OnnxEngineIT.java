package io.vignette.worker.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Answer.FinishReason;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.engine.EncodedPrompt;
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
import io.vignette.worker.prompt.PromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxEngineIT {
  private static final Instant SOON = Instant.now().plusSeconds(600);
  private static final OnnxSettings SETTINGS = new OnnxSettings(1, 1);

  private ModelRepository repository;
  private Model model;
  private OnnxEngine engine;
  private PromptEncoder prompts;
  private List<Picture> pictures;

  @BeforeAll
  void start() throws Exception {
    repository = GoldenAnswers.repository();
    model = repository.defaultModel();
    pictures = GoldenAnswers.pictures();
    prompts = PromptEncoder.load(model);
    engine = new OnnxEngine(repository, SETTINGS, Clock.systemUTC());
    engine.start();
    await(engine.ready());
  }

  @AfterAll
  void stop() {
    engine.close();
    prompts.close();
  }

  @Test
  void answersEverySinglePromptAsTheReferenceDoes() throws Exception {
    for (Picture picture : pictures) {
      for (Asked asked : picture.asked()) {
        GeneratedText text = infer(item(picture, List.of(asked))).getFirst().getFirst();

        check(picture, asked, text);
      }
    }
  }

  @Test
  void answersSeveralPromptsAboutAPicture() throws Exception {
    for (Picture picture : pictures) {
      List<GeneratedText> texts = infer(item(picture, picture.asked())).getFirst();

      check(picture, picture.asked(), texts);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 16, 32})
  void answersShuffledBatchesOfMixedLengthsAsTheReferenceDoes(int batchSize) throws Exception {
    List<Picture> shuffled = repeated(batchSize * 3);
    Collections.shuffle(shuffled, new Random(batchSize));
    Random random = new Random(batchSize);
    for (int from = 0; from < shuffled.size(); from += batchSize) {
      List<Picture> batch = shuffled.subList(from, from + batchSize);
      List<Asked> asked =
          batch.stream().map(p -> p.asked().get(random.nextInt(p.asked().size()))).toList();
      List<InferenceItem> items = new ArrayList<>();
      for (int i = 0; i < batchSize; i++) {
        items.add(item(batch.get(i), List.of(asked.get(i))));
      }

      List<List<GeneratedText>> texts = infer(items.toArray(InferenceItem[]::new));

      for (int i = 0; i < batchSize; i++) {
        check(batch.get(i), asked.get(i), texts.get(i).getFirst());
      }
    }
  }

  @Test
  void answersMoreRowsThanABatchHolds() throws Exception {
    List<Picture> all = repeated(32);
    InferenceItem[] items =
        all.stream().map(picture -> item(picture, picture.asked())).toArray(InferenceItem[]::new);

    List<List<GeneratedText>> texts = infer(items);

    for (int i = 0; i < items.length; i++) {
      check(all.get(i), all.get(i).asked(), texts.get(i));
    }
  }

  @Test
  void cutsAnswersAtTheRowsOwnLimit() throws Exception {
    Picture picture = pictures.getFirst();
    Asked caption = picture.asked().getFirst();
    List<EncodedPrompt> limited = new ArrayList<>();
    for (int limit = 1; limit <= 5; limit++) {
      Generation generation = Generation.newBuilder().setMaxNewTokens(limit).build();
      limited.addAll(prompts.encode(List.of(caption.prompt()), generation));
    }

    List<GeneratedText> texts = infer(new InferenceItem(picture.pixels(), limited)).getFirst();

    for (int limit = 1; limit <= 5; limit++) {
      GeneratedText text = texts.get(limit - 1);
      assertThat(longs(text)).isEqualTo(longs(caption.tokenIds().subList(0, limit)));
      assertThat(prompts.finishReason(text.tokens())).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void dropsABatchWhoseDeadlineHasPassed() {
    InferenceCall call = engine.infer(batch(captionOf(0)), Instant.now().minusSeconds(1));

    assertFails(call.items().getFirst(), Kind.EXPIRED);
  }

  @Test
  void cutsABatchShortWhenItsDeadlinePasses() {
    InferenceItem[] items =
        repeated(32).stream()
            .map(picture -> item(picture, picture.asked()))
            .toArray(InferenceItem[]::new);

    InferenceCall call = engine.infer(batch(items), Instant.now().plusMillis(30));

    assertFails(call.items().getFirst(), Kind.EXPIRED);
    assertFails(call.items().getLast(), Kind.EXPIRED);
  }

  @Test
  void cancelsWhatRunsAndWhatWaitsAndGoesOn() throws Exception {
    InferenceCall running = engine.infer(batch(captionOf(0)), SOON);
    InferenceCall waiting = engine.infer(batch(captionOf(1)), SOON);
    waiting.cancel();
    running.cancel();
    running.cancel();

    assertFails(waiting.items().getFirst(), Kind.CANCELLED);
    assertFails(running.items().getFirst(), Kind.CANCELLED);
    check(
        pictures.get(2),
        pictures.get(2).asked().getFirst(),
        infer(captionOf(2)).getFirst().getFirst());
  }

  @Test
  void refusesMoreThanTheModelsLargestBatch() {
    InferenceItem[] items = new InferenceItem[33];
    Arrays.fill(items, captionOf(0));

    InferenceCall call = engine.infer(batch(items), SOON);

    assertThat(call.items()).hasSize(33);
    assertFails(call.items().getFirst(), Kind.INVALID_INPUT);
  }

  @Test
  void failsBatchesBeforeItIsStartedAndAfterItIsClosed() {
    OnnxEngine other = new OnnxEngine(repository, SETTINGS, Clock.systemUTC());
    assertThat(other.health().state()).isEqualTo(State.STARTING);
    assertFails(other.infer(batch(captionOf(0)), SOON).items().getFirst(), Kind.UNAVAILABLE);

    other.close();
    other.close();

    assertThat(other.health().state()).isEqualTo(State.CLOSED);
    assertFails(other.infer(batch(captionOf(0)), SOON).items().getFirst(), Kind.UNAVAILABLE);
    assertFails(other.ready(), Kind.UNAVAILABLE);
  }

  @Test
  void closingFailsWhatIsInFlight() throws Exception {
    OnnxEngine other = new OnnxEngine(repository, SETTINGS, Clock.systemUTC());
    other.start();
    other.start();
    await(other.ready());
    assertThat(other.health().state()).isEqualTo(State.READY);
    InferenceItem[] items = new InferenceItem[32];
    Arrays.fill(items, item(pictures.getFirst(), pictures.getFirst().asked()));
    InferenceCall running = other.infer(batch(items), SOON);
    InferenceCall waiting = other.infer(batch(items), SOON);

    other.close();

    assertFails(running.items().getLast(), Kind.UNAVAILABLE);
    assertFails(waiting.items().getLast(), Kind.UNAVAILABLE);
  }

  @Test
  void failsToStartWithAGraphThatIsNone(@TempDir Path folder) throws Exception {
    copyRepository(folder);
    Files.writeString(folder.resolve("tiny-blip2_llm/1/model.onnx"), "not a graph");

    assertFailsToStart(folder, "tiny-blip2_llm/1/model.onnx: cannot be loaded: ");
  }

  @Test
  void failsToStartWithTheGraphOfAnotherModel(@TempDir Path folder) throws Exception {
    copyRepository(folder);
    Files.copy(
        folder.resolve("tiny-blip2_vision_encoder/1/model.onnx"),
        folder.resolve("tiny-blip2_llm/1/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);

    assertFailsToStart(
        folder, "tiny-blip2_llm/1/model.onnx: inputs: image_features: missing, found [pixels]");
  }

  @Test
  void failsToStartWithATensorRtPlan(@TempDir Path folder) throws Exception {
    copyRepository(folder);
    Path config = folder.resolve("tiny-blip2_llm/config.pbtxt");
    Files.writeString(
        config, Files.readString(config).replace("onnxruntime_onnx", "tensorrt_plan"));
    Files.writeString(folder.resolve("tiny-blip2_llm/1/model.plan"), "");

    assertFailsToStart(folder, "tiny-blip2_llm/1/model.plan: not an ONNX graph (expected: ");
  }

  private static void copyRepository(Path folder) throws Exception {
    Path source = GoldenAnswers.repositoryFolder();
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static void assertFailsToStart(Path folder, String problem) throws Exception {
    try (OnnxEngine broken =
        new OnnxEngine(ModelRepository.load(folder), SETTINGS, Clock.systemUTC())) {
      broken.start();

      assertFails(broken.ready(), Kind.UNAVAILABLE);
      assertThat(broken.health().state()).isEqualTo(State.FAILED);
      assertThat(broken.health().detail()).contains(problem);
    }
  }

  private List<Picture> repeated(int count) {
    List<Picture> repeated = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      repeated.add(pictures.get(i % pictures.size()));
    }
    return repeated;
  }

  private InferenceItem captionOf(int picture) {
    return item(pictures.get(picture), pictures.get(picture).asked().subList(0, 1));
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

  private InferenceBatch batch(InferenceItem... items) {
    return new InferenceBatch(model, List.of(items));
  }

  private List<List<GeneratedText>> infer(InferenceItem... items) throws Exception {
    List<List<GeneratedText>> texts = new ArrayList<>();
    for (CompletionStage<List<GeneratedText>> item : engine.infer(batch(items), SOON).items()) {
      texts.add(await(item));
    }
    return texts;
  }

  private void check(Picture picture, List<Asked> asked, List<GeneratedText> texts) {
    assertThat(texts).hasSameSizeAs(asked);
    for (int i = 0; i < asked.size(); i++) {
      check(picture, asked.get(i), texts.get(i));
    }
  }

  private void check(Picture picture, Asked asked, GeneratedText text) {
    String what = picture.file() + ": " + asked.prompt().getText();
    assertThat(longs(text)).as(what).isEqualTo(longs(asked.tokenIds()));
    assertThat(text.tokens().score()).as(what).isBetween(-20.0, 0.0);
    assertThat(prompts.finishReason(text.tokens())).as(what).isEqualTo(FinishReason.STOP);
    if (!asked.words().isEmpty()) {
      assertThat(prompts.decode(text.tokens().tokenIds())).as(what).isEqualTo(asked.words());
    }
  }

  private static List<Long> longs(GeneratedText text) {
    return Arrays.stream(text.tokens().tokenIds()).boxed().toList();
  }

  private static List<Long> longs(List<Integer> ids) {
    return ids.stream().map(Integer::longValue).toList();
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static void assertFails(CompletionStage<?> stage, Kind kind) {
    assertThatThrownBy(() -> await(stage))
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}

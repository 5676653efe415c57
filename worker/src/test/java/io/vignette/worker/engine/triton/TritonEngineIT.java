package io.vignette.worker.engine.triton;

import static io.vignette.worker.engine.triton.TritonFixture.assertFails;
import static io.vignette.worker.engine.triton.TritonFixture.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.Model;
import io.vignette.proto.inference.ModelStatistics;
import io.vignette.testkit.Pictures;
import io.vignette.testkit.triton.InRounds;
import io.vignette.testkit.triton.NeedsTriton;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.GoldenAnswers;
import io.vignette.worker.engine.GoldenAnswers.Asked;
import io.vignette.worker.engine.GoldenAnswers.Picture;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The adapter against the real server, and against the engine inside this process. */
@NeedsTriton
@InRounds
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TritonEngineIT {
  private static final int ROWS = 5;

  private OnnxEngine inProcess;
  private TritonFixture fixture;
  private TritonEngine engine;

  @BeforeAll
  void startServer() throws Exception {
    fixture = TritonFixture.start(GoldenAnswers.repository(), UnaryOperator.identity());
    inProcess = new OnnxEngine(fixture.repository, new OnnxSettings(1, 1), Clock.systemUTC());
    inProcess.start();
  }

  @AfterAll
  void stopServer() {
    fixture.close();
    inProcess.close();
  }

  @BeforeEach
  void connect() throws Exception {
    engine = fixture.connect(TritonFixture.WITHOUT_PROBES);
  }

  @AfterEach
  void disconnect() {
    fixture.disconnect();
  }

  @Test
  void answersEverySinglePromptAsTheEngineInThisProcessDoes() throws Exception {
    List<InferenceItem> items = new ArrayList<>();
    List<Asked> asked = new ArrayList<>();
    for (Picture picture : fixture.pictures) {
      for (Asked one : picture.asked()) {
        items.add(fixture.item(picture, List.of(one)));
        asked.add(one);
      }
    }

    List<List<GeneratedText>> here = fixture.answers(inProcess, items);
    List<List<GeneratedText>> there = fixture.answers(engine, items);

    assertThat(items).hasSizeGreaterThan(50);
    assertSame(there, here);
    for (int i = 0; i < asked.size(); i++) {
      assertThat(tokens(there.get(i).getFirst())).isEqualTo(tokens(asked.get(i)));
    }
  }

  @Test
  void captionsTwoHundredPicturesTokenForTokenAsTheEngineInThisProcess(@TempDir Path folder)
      throws Exception {
    List<InferenceItem> items = drawn(folder, 208);

    assertSame(fixture.answers(engine, items), fixture.answers(inProcess, items));
  }

  private List<InferenceItem> drawn(Path folder, int count) throws Exception {
    new Pictures(41).writeMixed(folder, count, 300, 225);
    Model model = fixture.model;
    List<InferenceItem> items = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        DecodedImage image =
            new ImageDecoder().decode(Files.readAllBytes(file), ImageLimits.defaults());
        byte[] pixels = BicubicResize.resize(image, model.imageWidth(), model.imageHeight());
        items.add(new InferenceItem(pixels, fixture.caption().prompts()));
      }
    }
    assertThat(items).hasSize(count);
    return items;
  }

  @Test
  void answersSeveralPromptsAboutAPictureAndEncodesItOnce() throws Exception {
    List<InferenceItem> items = new ArrayList<>();
    for (Picture picture : fixture.pictures) {
      items.add(fixture.item(picture, picture.asked()));
    }
    List<List<GeneratedText>> here = fixture.answers(inProcess, items);
    long encodedBefore = encoded();

    List<List<GeneratedText>> there = fixture.answers(engine, items);
    long encodedOnce = encoded();
    List<List<GeneratedText>> again = fixture.answers(engine, items);

    assertSame(there, here);
    assertSame(again, here);
    assertThat(encodedOnce - encodedBefore).isEqualTo(distinctPictures());
    assertThat(encoded() - encodedOnce).isEqualTo(withOnePrompt());
  }

  @Test
  void aFurtherQuestionSkipsTheEncoder() throws Exception {
    Picture picture =
        fixture.pictures.stream().filter(one -> one.asked().size() >= 3).findFirst().orElseThrow();
    fixture.answers(engine, List.of(fixture.item(picture, picture.asked().subList(0, 2))));
    long encodedBefore = encoded();

    List<List<GeneratedText>> texts =
        fixture.answers(engine, List.of(fixture.item(picture, picture.asked().subList(2, 3))));

    assertThat(encoded()).isEqualTo(encodedBefore);
    assertThat(tokens(texts.getFirst().getFirst())).isEqualTo(tokens(picture.asked().get(2)));
  }

  @Test
  void theServerJoinsBatchesOfTwoWorkers() throws Exception {
    List<TritonEngine> workers = List.of(engine, fixture.connect(TritonFixture.WITHOUT_PROBES));
    ModelStatistics before = statistics();
    List<InferenceCall> calls = new ArrayList<>();

    await()
        .atMost(TritonFixture.PATIENCE)
        .until(
            () -> {
              calls.addAll(captionTwoBatchesEach(workers));
              return ofBoth(statistics()) > ofBoth(before);
            });

    ModelStatistics after = statistics();
    assertThat(after.getInferenceCount() - before.getInferenceCount())
        .isEqualTo((long) calls.size() * ROWS);
    assertThat(after.getExecutionCount() - before.getExecutionCount()).isLessThan(calls.size());
  }

  private List<InferenceCall> captionTwoBatchesEach(List<TritonEngine> workers) throws Exception {
    List<InferenceItem> batch = Collections.nCopies(ROWS, fixture.caption());
    List<InferenceCall> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.forEach(worker -> calls.add(fixture.infer(worker, batch)));
    }
    for (InferenceCall call : calls) {
      for (CompletionStage<List<GeneratedText>> item : call.items()) {
        fixture.assertCaption(item);
      }
    }
    return calls;
  }

  /** Executions with more rows than one worker has on its way. */
  private static long ofBoth(ModelStatistics statistics) {
    return statistics.getBatchStatsList().stream()
        .filter(executions -> executions.getBatchSize() > 2 * ROWS)
        .mapToLong(executions -> executions.getComputeInfer().getCount())
        .sum();
  }

  private ModelStatistics statistics() {
    return fixture.server.statistics(ServedModel.llm(fixture.model));
  }

  @Test
  void aCancelledBatchLeavesTheServerWell() throws Exception {
    InferenceCall call = fixture.infer(engine, Collections.nCopies(32, fixture.caption()));

    call.cancel();

    assertFails(call, Kind.CANCELLED);
    fixture.assertWell(engine);
  }

  private long encoded() {
    return fixture.server.statistics(ServedModel.visionEncoder(fixture.model)).getInferenceCount();
  }

  private long distinctPictures() {
    return fixture.pictures.stream()
        .map(picture -> PictureHash.of(picture.pixels()))
        .distinct()
        .count();
  }

  /** These go through the ensemble every time. */
  private long withOnePrompt() {
    return fixture.pictures.stream().filter(picture -> picture.asked().size() == 1).count();
  }

  private static void assertSame(List<List<GeneratedText>> there, List<List<GeneratedText>> here) {
    assertThat(allTokens(there)).isEqualTo(allTokens(here));
  }

  private static List<List<List<Long>>> allTokens(List<List<GeneratedText>> texts) {
    return texts.stream().map(item -> item.stream().map(TritonFixture::tokens).toList()).toList();
  }
}

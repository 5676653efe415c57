package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An engine and the server it is connected to, and what tests ask of them. */
abstract class TritonEngineBench {
  static final Duration OFTEN = Duration.ofMillis(20);
  static final Duration LONG = Duration.ofSeconds(20);

  private ModelRepository repository;
  Model model;
  ScriptedTriton server;
  TritonEngine engine;

  @BeforeEach
  void start() throws Exception {
    repository = ModelRepository.load(RepositoryFiles.root().resolve("triton-models"));
    model = repository.defaultModel();
    server = ScriptedTriton.start(model);
  }

  @AfterEach
  void stop() {
    if (engine != null) {
      engine.close();
    }
    server.close();
  }

  void connect(Duration inferenceTimeout, Duration probeEvery) {
    connect(new TritonSettings.Timing(inferenceTimeout, probeEvery, Duration.ofSeconds(2), OFTEN));
  }

  void connect(TritonSettings.Timing timing) {
    engine =
        new TritonEngine(
            repository,
            new TritonSettings(
                TritonSettings.Connection.plaintext(server.endpoint()), timing, 1 << 20),
            Clock.systemUTC(),
            TritonListener.NONE);
    engine.start();
  }

  void connectAndWait() throws Exception {
    connect(LONG, LONG);
    get(engine.ready());
  }

  InferenceItem item(int firstByte, EncodedPrompt... prompts) {
    byte[] pixels = new byte[model.imageBytes()];
    pixels[0] = (byte) firstByte;
    return new InferenceItem(pixels, List.of(prompts));
  }

  static EncodedPrompt prompt(long... tokenIds) {
    return new EncodedPrompt.Tokens(tokenIds, 32);
  }

  InferenceBatch batch(InferenceItem... items) {
    return new InferenceBatch(model, List.of(items));
  }

  InferenceCall start(InferenceItem... items) {
    return engine.infer(batch(items), soon());
  }

  static Instant soon() {
    return Instant.now().plus(Duration.ofSeconds(30));
  }

  List<List<GeneratedText>> infer(InferenceItem... items) throws Exception {
    List<List<GeneratedText>> texts = new ArrayList<>();
    for (CompletionStage<List<GeneratedText>> item : start(items).items()) {
      texts.add(get(item));
    }
    return texts;
  }

  void awaitState(State state) {
    await().untilAsserted(() -> assertThat(engine.health().state()).isEqualTo(state));
  }

  void awaitDetail(String part) {
    await().untilAsserted(() -> assertThat(engine.health().detail()).contains(part));
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static void assertFails(InferenceCall call, Kind kind) {
    assertThat(call.items()).allSatisfy(item -> assertFails(item, kind));
  }

  static void assertFails(CompletionStage<?> stage, Kind kind) {
    assertThatThrownBy(() -> get(stage))
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class,
            failure -> assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind));
  }
}

package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.testkit.triton.TritonOptions;
import io.vignette.testkit.triton.TritonServer;
import io.vignette.worker.engine.CaptionEngine;
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
import io.vignette.worker.engine.triton.TritonSettings.Timing;
import io.vignette.worker.prompt.PromptEncoder;
import io.vignette.worker.prompt.PromptRejectedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A real server with the bundled model, adapters connected to it, and what they must answer. */
final class TritonFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An adapter that notices within seconds what befalls a server. */
  static final Timing WATCHFUL =
      new Timing(
          Duration.ofSeconds(20),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofMillis(200));

  /** An adapter whose probes are in nobody's way. */
  static final Timing WITHOUT_PROBES =
      new Timing(
          Duration.ofSeconds(20),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofMillis(200));

  private static final int ROWS = 16;

  final ModelRepository repository;
  final Model model;
  final List<Picture> pictures;
  final TritonServer server;
  private final PromptEncoder prompts;
  private final List<TritonEngine> connected = new ArrayList<>();

  private TritonFixture(ModelRepository repository, UnaryOperator<TritonOptions> options)
      throws Exception {
    this.repository = repository;
    this.model = repository.defaultModel();
    this.pictures = GoldenAnswers.pictures();
    this.prompts = PromptEncoder.load(model);
    this.server =
        TritonServer.start(
            options.apply(TritonOptions.bundledModels().loadingOnly(model.name()).threads(1)));
  }

  static TritonFixture start(ModelRepository repository, UnaryOperator<TritonOptions> options)
      throws Exception {
    return new TritonFixture(repository, options);
  }

  /** An adapter that waits for the server; {@link #disconnect} closes it. */
  TritonEngine begin(Timing timing) {
    TritonEngine engine =
        new TritonEngine(
            repository,
            new TritonSettings(
                TritonSettings.Connection.plaintext(Endpoint.parse(server.grpcEndpoint())),
                timing,
                TritonSettings.CACHED_FEATURE_BYTES_MAX),
            Clock.systemUTC(),
            TritonListener.NONE);
    connected.add(engine);
    engine.start();
    return engine;
  }

  /** An adapter that has found the server well. */
  TritonEngine connect(Timing timing) throws Exception {
    TritonEngine engine = begin(timing);
    get(engine.ready());
    return engine;
  }

  void disconnect() {
    connected.forEach(TritonEngine::close);
    connected.clear();
  }

  /** A picture and what is asked about it. */
  InferenceItem item(Picture picture, List<Asked> asked) throws PromptRejectedException {
    List<Prompt> all = asked.stream().map(Asked::prompt).toList();
    return new InferenceItem(
        picture.pixels(), prompts.encode(all, Generation.getDefaultInstance()));
  }

  /** A picture to be captioned. */
  InferenceItem caption() throws PromptRejectedException {
    return item(pictures.getFirst(), pictures.getFirst().asked().subList(0, 1));
  }

  /** The same, with the longest caption it may get. */
  InferenceItem caption(int maxNewTokens) throws PromptRejectedException {
    InferenceItem any = caption();
    long[] tokenIds = any.prompts().getFirst().tokens().tokenIds();
    return new InferenceItem(
        any.picture(), List.of(new EncodedPrompt.Tokens(tokenIds, maxNewTokens)));
  }

  InferenceCall infer(CaptionEngine engine, List<InferenceItem> items) {
    return infer(engine, items, Instant.now().plus(PATIENCE));
  }

  InferenceCall infer(CaptionEngine engine, List<InferenceItem> items, Instant deadline) {
    return engine.infer(new InferenceBatch(model, items), deadline);
  }

  /** All answers, sixteen pictures a batch. */
  List<List<GeneratedText>> answers(CaptionEngine engine, List<InferenceItem> items)
      throws Exception {
    List<List<GeneratedText>> texts = new ArrayList<>();
    for (int from = 0; from < items.size(); from += ROWS) {
      List<InferenceItem> some = items.subList(from, Math.min(from + ROWS, items.size()));
      for (CompletionStage<List<GeneratedText>> item : infer(engine, some).items()) {
        texts.add(get(item));
      }
    }
    return texts;
  }

  void assertCaption(CompletionStage<List<GeneratedText>> answer) throws Exception {
    assertThat(tokens(get(answer).getFirst()))
        .isEqualTo(tokens(pictures.getFirst().asked().getFirst()));
  }

  /** The adapter is well, and captions as it should. */
  void assertWell(TritonEngine engine) throws Exception {
    assertThat(engine.health().state()).as(engine.health().detail()).isEqualTo(State.READY);
    assertCaption(infer(engine, List.of(caption())).items().getFirst());
    assertThat(engine.health().state()).as(engine.health().detail()).isEqualTo(State.READY);
  }

  static void awaitState(CaptionEngine engine, State state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(engine.health().state()).as(engine.health().detail()).isEqualTo(state));
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static void assertFails(InferenceCall call, Kind kind) {
    assertThat(call.items()).allSatisfy(item -> assertFails(item, kind, ""));
  }

  /** Fails by the kind, in words that contain the text. */
  static void assertFails(CompletionStage<?> item, Kind kind, String text) {
    assertThatThrownBy(() -> get(item))
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class,
            failure -> {
              assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
              assertThat(failure).hasMessageContaining(text);
            });
  }

  static List<Long> tokens(GeneratedText text) {
    return Arrays.stream(text.tokens().tokenIds()).boxed().toList();
  }

  static List<Long> tokens(Asked asked) {
    return asked.tokenIds().stream().map(Integer::longValue).toList();
  }

  @Override
  public void close() {
    disconnect();
    server.close();
    prompts.close();
  }
}

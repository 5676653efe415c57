package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.InferParameter;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.triton.ModelContract.Described;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TritonEngineTest {
  private static final Duration OFTEN = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);

  private ModelRepository repository;
  private Model model;
  private ScriptedTriton server;
  private TritonEngine engine;

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

  private void connect(Duration inferenceTimeout, Duration probeEvery) {
    connect(new TritonSettings.Timing(inferenceTimeout, probeEvery, Duration.ofSeconds(2), OFTEN));
  }

  private void connect(TritonSettings.Timing timing) {
    engine =
        new TritonEngine(
            repository,
            new TritonSettings(
                TritonSettings.Connection.plaintext(server.endpoint()), timing, 1 << 20),
            Clock.systemUTC(),
            TritonListener.NONE);
    engine.start();
  }

  private void connectAndWait() throws Exception {
    connect(LONG, LONG);
    get(engine.ready());
  }

  @Test
  void onePromptAPictureGoesThroughTheEnsemble() throws Exception {
    connectAndWait();

    List<List<GeneratedText>> texts =
        infer(item(11, prompt(5)), item(12, prompt(6, 7)), item(13, prompt()));

    assertThat(texts.stream().map(List::getFirst).map(text -> text.tokens().tokenIds()))
        .containsExactly(new long[] {11, 5}, new long[] {12, 7}, new long[] {13, 1});
    assertThat(texts.getFirst().getFirst().tokens().score()).isEqualTo(-0.25);
    assertThat(server.inferred).hasSize(1);
    ModelInferRequest request = server.inferred.getFirst();
    assertThat(request.getModelName()).isEqualTo(model.name());
    assertThat(request.getInputs(0).getShapeList()).containsExactly(3L, 224L, 224L, 3L);
    assertThat(request.getInputs(1).getShapeList()).containsExactly(3L, 8L);
    assertThat(request.getParametersMap().get("timeout"))
        .extracting(InferParameter::getInt64Param)
        .satisfies(micros -> assertThat(micros).isBetween(15_000_000L, 20_000_000L));
  }

  @Test
  void severalPromptsAboutAPictureEncodeItOnce() throws Exception {
    connectAndWait();

    List<List<GeneratedText>> texts =
        infer(item(11, prompt(5), prompt(6)), item(12, prompt(7)), item(13, prompt(8), prompt(9)));

    assertThat(texts.get(0))
        .extracting(text -> text.tokens().tokenIds()[1])
        .containsExactly(5L, 6L);
    assertThat(texts.get(1)).extracting(text -> text.tokens().tokenIds()[1]).containsExactly(7L);
    assertThat(texts.get(2))
        .extracting(text -> text.tokens().tokenIds()[1])
        .containsExactly(8L, 9L);
    assertThat(texts.get(2))
        .extracting(text -> text.tokens().tokenIds()[0])
        .containsExactly(13L, 13L);
    assertThat(server.inferred(model.name())).isEqualTo(1);
    assertThat(server.inferred(ServedModel.visionEncoder(model))).isEqualTo(1);
    assertThat(server.inferred(ServedModel.llm(model))).isEqualTo(1);
  }

  @Test
  void aFurtherQuestionNeedsNoEncoder() throws Exception {
    connectAndWait();
    infer(item(11, prompt(5), prompt(6)));

    List<List<GeneratedText>> texts = infer(item(11, prompt(7)), item(12, prompt(8)));

    assertThat(texts.get(0).getFirst().tokens().tokenIds()).containsExactly(11, 7);
    assertThat(texts.get(1).getFirst().tokens().tokenIds()).containsExactly(12, 8);
    assertThat(server.inferred(ServedModel.visionEncoder(model))).isEqualTo(1);
    assertThat(server.inferred(ServedModel.llm(model))).isEqualTo(2);
  }

  @Test
  void noCallHasMoreRowsThanTheServerTakes() throws Exception {
    server.described.putAll(Descriptions.of(model, 2));
    connectAndWait();
    InferenceItem[] items =
        IntStream.range(1, 6).mapToObj(i -> item(i, prompt(i))).toArray(InferenceItem[]::new);

    List<List<GeneratedText>> texts = infer(items);
    List<List<GeneratedText>> three = infer(item(40, prompt(1), prompt(2), prompt(3)));

    assertThat(texts).extracting(text -> text.getFirst().tokens().tokenIds()[0]).contains(1L, 5L);
    assertThat(server.inferred(model.name())).isEqualTo(3);
    assertThat(three.getFirst())
        .extracting(text -> text.tokens().tokenIds()[1])
        .contains(1L, 2L, 3L);
    assertThat(server.inferred(ServedModel.llm(model))).isEqualTo(2);
  }

  @Test
  void aFullQueueIsOverloadAndNoReasonToStop() throws Exception {
    connectAndWait();
    server.failBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));

    assertFails(start(item(11, prompt())), Kind.OVERLOADED);

    assertThat(engine.health().state()).isEqualTo(State.READY);
    assertThat(server.probes).hasValue(1);
  }

  @Test
  void anInternalErrorIsTheBatchsWhileAProbeWorks() throws Exception {
    connectAndWait();
    server.failBy(Status.INTERNAL.withDescription("onnxruntime execute failure"));

    assertFails(start(item(11, prompt())), Kind.BACKEND);

    assertThat(engine.health().state()).isEqualTo(State.READY);
    assertThat(server.probes).hasValue(3);
  }

  @Test
  void aDeadModelIsNotExcusedByAnotherThatWorks() throws Exception {
    connectAndWait();
    Status dead = Status.INTERNAL.withDescription("Stub process 'm_llm_0_0' is not healthy.");
    BlockingQueue<StreamObserver<ModelInferResponse>> probes = new LinkedBlockingQueue<>();
    server.probeScript = (request, answer) -> probes.add(answer);
    server.script =
        (request, answer) -> {
          if (request.getModelName().equals(ServedModel.visionEncoder(model))) {
            server.answer(request, answer, -0.25f);
          } else {
            answer.onError(dead.asRuntimeException());
          }
        };

    InferenceCall first = start(item(11, prompt(1), prompt(2)));
    StreamObserver<ModelInferResponse> probe = probes.poll(30, TimeUnit.SECONDS);
    InferenceCall second = start(item(12, prompt(1), prompt(2)));
    await().until(() -> server.inferred(ServedModel.llm(model)) == 2);
    server.failProbesBy(dead);
    probe.onError(dead.asRuntimeException());

    assertFails(first, Kind.UNAVAILABLE);
    assertFails(second, Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void aFullQueueMakesNoServerReady() throws Exception {
    server.failProbesBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));
    connect(Duration.ofSeconds(10), Duration.ofSeconds(1));

    await().until(() -> engine.health().detail().contains("queue size"));
    assertThat(engine.health().state()).isEqualTo(State.STARTING);

    server.answerByTheBook();
    get(engine.ready());
  }

  @Test
  void aRowThatBreaksOnlyInCompanyIsAnswered() throws Exception {
    connectAndWait();
    List<Long> rows = new CopyOnWriteArrayList<>();
    server.script =
        (request, answer) -> {
          long count = request.getInputs(0).getShape(0);
          rows.add(count);
          if (count < model.maxBatchSize()) {
            answer.onError(Status.INTERNAL.withDescription("another's fault").asException());
          } else {
            server.answer(request, answer, -0.25f);
          }
        };

    assertThat(get(start(item(11, prompt())).items().getFirst())).hasSize(1);

    assertThat(rows).containsExactly(1L, (long) model.maxBatchSize());
  }

  @Test
  void anInternalErrorIsTheServersWhenTheProbeFailsToo() throws Exception {
    connectAndWait();
    Status dead = Status.INTERNAL.withDescription("Stub process 'm_0_0' is not healthy.");
    server.failBy(dead);
    server.failProbesBy(dead);

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
    assertThat(engine.health().detail())
        .startsWith("Triton at ")
        .endsWith("tiny-blip2: INTERNAL: Stub process 'm_0_0' is not healthy.");

    server.answerByTheBook();
    awaitState(State.READY);
    assertThat(infer(item(11, prompt(5)))).hasSize(1);
  }

  @Test
  void anInternalErrorIsNobodysWhileFullQueuesKeepProbesFromTelling() throws Exception {
    connectAndWait();
    server.failBy(Status.INTERNAL.withDescription("Stub process 'm_0_0' is not healthy."));
    server.failProbesBy(Status.UNAVAILABLE.withDescription("Exceeds maximum queue size"));

    assertFails(start(item(11, prompt())), Kind.OVERLOADED);

    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void aModelReplacedByOneThatTakesFewerRowsIsNoticedWithTheFirstRefusal() throws Exception {
    connectAndWait();
    server.described.putAll(Descriptions.of(model, 1));
    server.failBy(Status.INVALID_ARGUMENT.withDescription("batch-size must be <= 1"));
    assertFails(start(item(11, prompt()), item(12, prompt())), Kind.INVALID_INPUT);

    server.answerByTheBook();
    server.inferred.clear();
    infer(item(11, prompt()), item(12, prompt()));

    assertThat(server.inferred(model.name())).isEqualTo(2);
  }

  @Test
  void aDeadBackendIsNoticedWithoutTraffic() throws Exception {
    connect(LONG, OFTEN);
    get(engine.ready());

    server.failProbesBy(Status.INTERNAL.withDescription("Stub process is not healthy."));

    awaitState(State.UNAVAILABLE);
    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);
    assertThat(server.inferred).isEmpty();
  }

  @Test
  void aProbeIsSparedWhileTrafficSucceeds() throws Exception {
    connect(LONG, Duration.ofMillis(400));
    get(engine.ready());
    Instant end = Instant.now().plusMillis(900);
    while (Instant.now().isBefore(end)) {
      infer(item(11, prompt(5)));
    }

    assertThat(server.probes).hasValue(1);
  }

  @Test
  void anUnloadedModelIsWaitedFor() throws Exception {
    connectAndWait();
    Described llm = server.described.remove(ServedModel.llm(model));
    server.failBy(Status.NOT_FOUND.withDescription("unknown model"));

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);
    awaitDetail("tiny-blip2_llm: NOT_FOUND: Request for unknown model");
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);

    server.answerByTheBook();
    server.described.put(ServedModel.llm(model), llm);
    awaitState(State.READY);
  }

  @Test
  void anInferenceThatTakesTooLongIsATimeout() throws Exception {
    connect(Duration.ofMillis(100), LONG);
    get(engine.ready());
    server.script = (request, answer) -> {};

    assertFails(start(item(11, prompt())), Kind.TIMEOUT);

    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void aServerThatHangsIsUnavailable() throws Exception {
    Duration soon = Duration.ofMillis(100);
    connect(new TritonSettings.Timing(soon, LONG, soon, OFTEN));
    get(engine.ready());
    server.script = (request, answer) -> {};
    server.probeScript = server.script;

    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    assertThat(engine.health().detail()).contains("DEADLINE_EXCEEDED");
    server.answerByTheBook();
    awaitState(State.READY);
  }

  @Test
  void aBatchWhoseDeadlinePassesHasExpired() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> {};

    InferenceCall late =
        engine.infer(batch(item(11, prompt())), Instant.now().plus(Duration.ofMillis(100)));
    InferenceCall tooLate = engine.infer(batch(item(11, prompt())), Instant.now());

    assertFails(tooLate, Kind.EXPIRED);
    assertFails(late, Kind.EXPIRED);
    assertThat(server.inferred).hasSize(1);
  }

  @Test
  void cancellingCancelsTheCall() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> {};
    InferenceCall call = start(item(11, prompt()), item(12, prompt(1), prompt(2)));
    await().untilAsserted(() -> assertThat(server.inferred).hasSize(2));

    call.cancel();
    call.cancel();

    assertThat(call.items()).allSatisfy(item -> assertFails(item, Kind.CANCELLED));
    await().untilAsserted(() -> assertThat(server.cancelled).hasValue(2));
    server.answerByTheBook();
    assertThat(infer(item(11, prompt(5)))).hasSize(1);
    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void aServerThatIsLateGoneAndBackIsFoundAgain() throws Exception {
    int port = server.endpoint().port();
    server.close();
    connect(LONG, OFTEN);
    awaitDetail("UNAVAILABLE: io exception");
    assertThat(engine.health().state()).isEqualTo(State.STARTING);
    assertThat(engine.ready().toCompletableFuture()).isNotDone();

    server = ScriptedTriton.start(model, port);
    get(engine.ready());
    assertThat(engine.health().state()).isEqualTo(State.READY);

    server.close();
    awaitState(State.UNAVAILABLE);
    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);

    server = ScriptedTriton.start(model, port);
    awaitState(State.READY);
    assertThat(infer(item(11, prompt(5)))).hasSize(1);
  }

  @Test
  void aServerThatDiesUnderABatchIsUnavailableAtOnce() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> {};
    InferenceCall call = start(item(11, prompt()));
    await().untilAsserted(() -> assertThat(server.inferred).hasSize(1));

    server.close();

    assertFails(call, Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.UNAVAILABLE);
  }

  @Test
  void otherModelsAreNamedAndWaitedFor() throws Exception {
    Described llm = server.described.get(ServedModel.llm(model));
    server.described.put(
        ServedModel.llm(model),
        new Described(
            llm.metadata().toBuilder()
                .setOutputs(0, Descriptions.tensor(ModelTensors.OUTPUT_IDS, "INT64", -1, 20))
                .build(),
            llm.config()));
    connect(LONG, LONG);

    awaitState(State.UNAVAILABLE);
    assertThat(engine.health().detail())
        .isEqualTo(
            "Triton at %s serves other models: tiny-blip2_llm: output output_ids: server has"
                    .formatted(server.endpoint())
                + " INT64[-1, 20] (expected: INT64[-1, 32])");
    assertThat(engine.ready().toCompletableFuture()).isNotDone();

    server.described.put(ServedModel.llm(model), llm);
    get(engine.ready());
  }

  @Test
  void anAnswerThatIsNoneFailsItsPictureOnly() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> server.answer(request, answer, Float.NaN);

    InferenceCall call = start(item(11, prompt(5)), item(12, prompt(6)));

    assertFails(call.items().get(0), Kind.DEGENERATE);
    assertThat(get(call.items().get(1)).getFirst().tokens().tokenIds()).containsExactly(12, 6);
    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void anAnswerOfTheWrongSizeIsNotBelieved() throws Exception {
    connectAndWait();
    server.script =
        (request, answer) -> {
          answer.onNext(
              ModelInferResponse.newBuilder()
                  .setModelName(request.getModelName())
                  .addOutputs(
                      ModelInferResponse.InferOutputTensor.newBuilder()
                          .setName(ModelTensors.OUTPUT_IDS)
                          .setDatatype("INT64")
                          .addAllShape(List.of(request.getInputs(0).getShape(0), 32L)))
                  .addRawOutputContents(ByteString.EMPTY)
                  .build());
          answer.onCompleted();
        };

    assertThatThrownBy(() -> get(start(item(11, prompt())).items().getFirst()))
        .hasMessageContaining("tiny-blip2: answer output_ids: 0 bytes (expected: 8192 bytes)")
        .cause()
        .isInstanceOf(InferenceFailure.class);
  }

  @Test
  void refusesWhatNoServerCouldTake() throws Exception {
    connectAndWait();
    InferenceItem[] tooMany = new InferenceItem[33];
    Arrays.fill(tooMany, item(11, prompt()));

    assertFails(start(tooMany), Kind.INVALID_INPUT);
    assertFails(start(new InferenceItem(new byte[3], List.of(prompt()))), Kind.INVALID_INPUT);
    assertFails(
        engine.infer(new InferenceBatch(renamed(), List.of(item(11, prompt()))), soon()),
        Kind.MODEL_UNKNOWN);
  }

  @Test
  void closingFailsWhatIsInFlight() throws Exception {
    connectAndWait();
    server.script = (request, answer) -> {};
    InferenceCall call = start(item(11, prompt()));

    engine.close();
    engine.close();

    assertFails(call, Kind.UNAVAILABLE);
    assertFails(start(item(11, prompt())), Kind.UNAVAILABLE);
    assertThat(engine.health().state()).isEqualTo(State.CLOSED);
  }

  private Model renamed() {
    return new Model(
        "other",
        model.version(),
        model.profile(),
        model.files(),
        model.vocabularySize(),
        model.maxBatchSize(),
        model.maxNewTokens());
  }

  private InferenceItem item(int firstByte, EncodedPrompt... prompts) {
    byte[] pixels = new byte[model.imageBytes()];
    pixels[0] = (byte) firstByte;
    return new InferenceItem(pixels, List.of(prompts));
  }

  private static EncodedPrompt prompt(long... tokenIds) {
    return new EncodedPrompt.Tokens(tokenIds, 32);
  }

  private InferenceBatch batch(InferenceItem... items) {
    return new InferenceBatch(model, List.of(items));
  }

  private InferenceCall start(InferenceItem... items) {
    return engine.infer(batch(items), soon());
  }

  private static Instant soon() {
    return Instant.now().plus(Duration.ofSeconds(30));
  }

  private List<List<GeneratedText>> infer(InferenceItem... items) throws Exception {
    List<List<GeneratedText>> texts = new ArrayList<>();
    for (CompletionStage<List<GeneratedText>> item : start(items).items()) {
      texts.add(get(item));
    }
    return texts;
  }

  private void awaitState(State state) {
    await().untilAsserted(() -> assertThat(engine.health().state()).isEqualTo(state));
  }

  private void awaitDetail(String part) {
    await().untilAsserted(() -> assertThat(engine.health().detail()).contains(part));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void assertFails(InferenceCall call, Kind kind) {
    assertThat(call.items()).allSatisfy(item -> assertFails(item, kind));
  }

  private static void assertFails(CompletionStage<?> stage, Kind kind) {
    assertThatThrownBy(() -> get(stage))
        .cause()
        .isInstanceOfSatisfying(
            InferenceFailure.class,
            failure -> assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind));
  }
}

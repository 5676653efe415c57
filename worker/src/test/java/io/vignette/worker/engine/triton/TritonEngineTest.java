package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.InferParameter;
import io.vignette.proto.inference.ModelInferRequest;
import io.vignette.proto.inference.ModelInferResponse;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of batches. */
class TritonEngineTest extends TritonEngineBench {
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
  void anInferenceThatTakesTooLongIsATimeout() throws Exception {
    connect(Duration.ofMillis(100), LONG);
    get(engine.ready());
    server.script = (request, answer) -> {};

    assertFails(start(item(11, prompt())), Kind.TIMEOUT);

    assertThat(engine.health().state()).isEqualTo(State.READY);
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
}

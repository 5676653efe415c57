package io.vignette.worker.engine.openai;

import static io.vignette.worker.engine.openai.ServerFixture.await;
import static io.vignette.worker.engine.openai.ServerFixture.failure;
import static io.vignette.worker.engine.openai.ServerFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vignette.models.Model;
import io.vignette.models.RemoteModel;
import io.vignette.wire.TraceContext;
import io.vignette.worker.batch.BatchRequest;
import io.vignette.worker.batch.BatchSettings;
import io.vignette.worker.batch.BatchedAnswer;
import io.vignette.worker.batch.Batcher;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.EngineHealth.State;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceFailure.Kind;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.openai.ScriptedServer.Reply;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenAiEngineIT {
  private final Model model = RemoteModel.named("gpt-4o-mini");
  private ScriptedServer script;
  private OpenAiEngine engine;

  @BeforeEach
  void start() throws Exception {
    script = new ScriptedServer();
    engine = new OpenAiEngine(ServerFixture.settings(script.endpoint(), 3), Clock.systemUTC());
    engine.start();
    await(engine.ready());
  }

  @AfterEach
  void stop() {
    engine.close();
    script.close();
  }

  private InferenceCall ask(String... questions) {
    List<EncodedPrompt> prompts =
        Arrays.stream(questions)
            .<EncodedPrompt>map(question -> new EncodedPrompt.Words(question, 30))
            .toList();
    return engine.infer(
        new InferenceBatch(model, List.of(new InferenceItem(ServerFixture.PICTURE, prompts))),
        soon());
  }

  private static CompletableFuture<List<GeneratedText>> only(InferenceCall call) {
    assertThat(call.items()).hasSize(1);
    return call.items().getFirst().toCompletableFuture();
  }

  @Test
  void asksThePromptsOfAPictureOneAfterAnother() throws Exception {
    script.answer(Reply.of(200, "openai-answer.json"), Reply.of(200, "openai-length.json"));

    List<GeneratedText> texts = await(only(ask("First?", "Second?")));

    assertThat(texts)
        .containsExactly(
            new GeneratedText.Words("A red bicycle leans against a wall.", true, 1117, 9),
            new GeneratedText.Words("A red bicycle leans", false, 1117, 4));
    assertThat(script.mostAtOnce.get()).isEqualTo(1);
    assertThat(script.lastQuestion()).contains("Second?");
  }

  @Test
  void failsThePictureOfWhichOnePromptFails() {
    script.answer(Reply.of(200, "openai-answer.json"), Reply.of(400, "vllm-too-long.json"));

    assertThat(failure(only(ask("First?", "Second?", "Third?"))).kind())
        .isEqualTo(Kind.INVALID_INPUT);
    assertThat(script.questions).hasSize(2);
  }

  @Test
  void asksNoFurtherWhenCancelled() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    script.answerAlways(Reply.of(200, "openai-answer.json").behind(gate));
    InferenceCall call = ask("First?", "Second?");
    await().until(() -> script.questions.size() == 1);

    call.cancel();
    gate.countDown();

    assertThat(failure(only(call)).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(script.questions).hasSize(1);
  }

  @Test
  void refusesOtherModelsAndTokens() {
    InferenceItem tokens =
        new InferenceItem(
            ServerFixture.PICTURE, List.of(new EncodedPrompt.Tokens(new long[] {1}, 3)));
    InferenceItem words =
        new InferenceItem(ServerFixture.PICTURE, List.of(new EncodedPrompt.Words("?", 3)));

    assertThat(
            failure(only(engine.infer(new InferenceBatch(model, List.of(tokens)), soon()))).kind())
        .isEqualTo(Kind.INVALID_INPUT);
    assertThat(
            failure(
                    only(
                        engine.infer(
                            new InferenceBatch(RemoteModel.named("other"), List.of(words)),
                            soon())))
                .kind())
        .isEqualTo(Kind.MODEL_UNKNOWN);
    assertThat(script.questions).isEmpty();
  }

  @Test
  void takesAsManyPicturesAtOnceAsTheServerMayBeAsked() {
    assertThat(engine.inFlightMax()).isEqualTo(3);
    assertThat(engine.health().state()).isEqualTo(State.READY);
  }

  @Test
  void requestsArePartOfTheirJobsTrace() throws Exception {
    TraceContext trace = TraceContext.fresh();
    List<EncodedPrompt> prompts = List.of(new EncodedPrompt.Words("?", 30));
    InferenceItem traced = new InferenceItem(ServerFixture.PICTURE, prompts, trace);

    await(only(engine.infer(new InferenceBatch(model, List.of(traced)), soon())));
    await(only(ask("?")));

    assertThat(script.questions)
        .extracting(ScriptedServer.Asked::traceparent)
        .containsExactly(Optional.of(trace.parent()), Optional.empty());
  }

  @Test
  void asksTheNextQuestionWhereThereIsPlaceForOneOnly() throws Exception {
    try (OpenAiEngine narrow =
        new OpenAiEngine(ServerFixture.settings(script.endpoint(), 1), Clock.systemUTC())) {
      narrow.start();
      await(narrow.ready());
      List<EncodedPrompt> prompts =
          List.of(new EncodedPrompt.Words("First?", 30), new EncodedPrompt.Words("Second?", 30));
      InferenceItem item = new InferenceItem(ServerFixture.PICTURE, prompts);

      assertThat(await(only(narrow.infer(new InferenceBatch(model, List.of(item)), soon()))))
          .hasSize(2);
      assertThat(script.questions).hasSize(2);
    }
  }

  @Test
  void morePicturesThanPlacesWaitInTheBatcher() throws Exception {
    BatchSettings settings = BatchSettings.DEFAULT.withInFlightMax(engine.inFlightMax());
    try (Batcher batcher = new Batcher(engine, settings, () -> 0, Clock.systemUTC())) {
      List<CompletableFuture<BatchedAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        List<EncodedPrompt> prompts = List.of(new EncodedPrompt.Words("?", 30));
        InferenceItem item = new InferenceItem(ServerFixture.PICTURE, prompts);
        answers.add(batcher.submit(new BatchRequest(model, item, soon(), false, false)));
      }

      for (CompletableFuture<BatchedAnswer> answer : answers) {
        assertThat(await(answer).texts()).hasSize(1);
      }
      assertThat(script.questions).hasSize(40);
      assertThat(script.mostAtOnce.get()).isLessThanOrEqualTo(3);
    }
  }
}

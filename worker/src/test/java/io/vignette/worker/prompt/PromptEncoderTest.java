package io.vignette.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.models.Model;
import io.vignette.models.ModelFiles;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Answer.FinishReason;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.GeneratedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromptEncoderTest {
  private static final Generation DEFAULT = Generation.getDefaultInstance();

  private Model model;
  private PromptEncoder encoder;

  @BeforeAll
  void load() throws Exception {
    model =
        ModelRepository.load(
            Path.of(System.getProperty("vignette.root"), "triton-models"), "tiny-blip2");
    encoder = PromptEncoder.load(model);
  }

  @AfterAll
  void close() {
    encoder.close();
  }

  @Test
  void noPromptIsAPlainCaption() throws Exception {
    assertThat(tokensOf())
        .containsExactly(tokensOf(prompt(Prompt.Kind.CAPTION, "ignored")).getFirst());
    assertThat(tokensOf().getFirst()).containsExactly(2L); // What the tokenizer puts before all.
  }

  @Test
  void prefixesAndQuestionsAreSetIntoTheModelsTemplates() throws Exception {
    List<List<Long>> tokens =
        tokensOf(
            prompt(Prompt.Kind.PREFIX, "Question: how many shapes are there? Answer:"),
            prompt(Prompt.Kind.QUESTION, "how many shapes are there?"));

    assertThat(tokens.getFirst()).isEqualTo(tokens.getLast());
    assertThat(encoder.decode(array(tokens.getLast())))
        .isEqualTo("Question: how many shapes are there? Answer:");
  }

  @Test
  void wordsAreTakenAsTheyAre() throws Exception {
    assertThat(roundTrip("{} $1 \\0 {}")).isEqualTo("{} $1 \\0 {}");
    assertThat(roundTrip("naïve café 画像 🦊")).isEqualTo("naïve café 画像 🦊");
  }

  @Test
  void decodesWithoutSpecialTokensAndSpaceAround() {
    assertThat(encoder.decode(new long[] {283, 329, 303, 2})).isEqualTo("a blue circle");
    assertThat(encoder.decode(new long[] {2})).isEmpty();
  }

  @Test
  void finishReasonTellsWhetherTheSentenceEnded() {
    assertThat(encoder.finishReason(new GeneratedText.Tokens(new long[] {366, 2}, 0)))
        .isEqualTo(FinishReason.STOP);
    assertThat(encoder.finishReason(new GeneratedText.Tokens(new long[] {2, 366}, 0)))
        .isEqualTo(FinishReason.LENGTH);
    assertThat(encoder.finishReason(new GeneratedText.Tokens(new long[0], 0)))
        .isEqualTo(FinishReason.LENGTH);
  }

  @ParameterizedTest
  @CsvSource({"0, 32", "1, 1", "32, 32"})
  void takesSupportedLengths(int asked, int maxNewTokens) throws Exception {
    EncodedPrompt prompt = encoder.encode(List.of(), newTokens(asked)).getFirst();

    assertThat(prompt.maxNewTokens()).isEqualTo(maxNewTokens);
  }

  @ParameterizedTest
  @CsvSource({"33, GENERATION_TOO_LONG", "-1, GENERATION_UNSUPPORTED"})
  void refusesOtherLengths(int asked, Reason reason) {
    assertThatExceptionOfType(PromptRejectedException.class)
        .isThrownBy(() -> encoder.encode(List.of(), newTokens(asked)))
        .withMessage("max_new_tokens: %d (expected: 1 to 32)", asked)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void refusesTooManyTokens() throws Exception {
    int limit = model.profile().text().maxPromptTokens();
    assertThat(tokensOf(prompt(Prompt.Kind.PREFIX, "~".repeat(limit - 1))).getFirst())
        .hasSize(limit);

    assertRejected(
        prompt(Prompt.Kind.PREFIX, "~".repeat(limit)),
        Reason.PROMPT_TOO_LONG,
        "prompt: 81 tokens (expected: at most 80)");
  }

  @Test
  void refusesMegabytesWithoutReadingThem() {
    assertRejected(
        prompt(Prompt.Kind.QUESTION, "a".repeat(100_000)),
        Reason.PROMPT_TOO_LONG,
        "question: 100000 characters (expected: at most 1280)");
  }

  @ParameterizedTest
  @CsvSource({"QUESTION", "PREFIX"})
  void refusesEmptyWords(Prompt.Kind kind) {
    assertRejected(
        prompt(kind, " \n"),
        Reason.PROMPT_MISSING,
        kind.name().toLowerCase(java.util.Locale.ROOT)
            + ": \"\" (expected: a text that is not empty)");
  }

  @Test
  void refusesKindsItDoesNotKnow() {
    assertRejected(
        Prompt.newBuilder().setKindValue(9).setText("x").build(),
        Reason.REQUEST_INVALID,
        "prompt kind: 9 (expected: CAPTION, PREFIX or QUESTION)");
  }

  @Test
  void encodesTheSameOnManyThreads() throws Exception {
    List<String> words =
        List.of("what color is the star?", "a photo of", "🦊 画像", "is there a cat?");
    List<List<Long>> expected = new ArrayList<>();
    for (String text : words) {
      expected.add(tokensOf(prompt(Prompt.Kind.PREFIX, text)).getFirst());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<List<Long>>> tasks = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        Prompt prompt = prompt(Prompt.Kind.PREFIX, words.get(i % words.size()));
        tasks.add(() -> tokensOf(prompt).getFirst());
      }
      List<Future<List<Long>>> results = threads.invokeAll(tasks);

      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i % words.size()));
      }
    }
  }

  @Test
  void refusesAFileThatIsNoTokenizer(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 3}");
    Model broken =
        new Model(
            "m",
            "1",
            model.profile(),
            Optional.of(new ModelFiles(model.visionEncoderFile(), model.llmFile(), file)),
            1,
            1,
            1);

    assertThatThrownBy(() -> PromptEncoder.load(broken))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": cannot be loaded: ");
  }

  private String roundTrip(String words) throws PromptRejectedException {
    return encoder.decode(array(tokensOf(prompt(Prompt.Kind.PREFIX, words)).getFirst()));
  }

  private List<List<Long>> tokensOf(Prompt... prompts) throws PromptRejectedException {
    return encoder.encode(List.of(prompts), DEFAULT).stream()
        .map(prompt -> java.util.Arrays.stream(prompt.tokens().tokenIds()).boxed().toList())
        .toList();
  }

  private void assertRejected(Prompt prompt, Reason reason, String message) {
    assertThatExceptionOfType(PromptRejectedException.class)
        .isThrownBy(() -> encoder.encode(List.of(prompt), DEFAULT))
        .withMessage(message)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static long[] array(List<Long> tokens) {
    return tokens.stream().mapToLong(Long::longValue).toArray();
  }

  private static Prompt prompt(Prompt.Kind kind, String text) {
    return Prompt.newBuilder().setKind(kind).setText(text).build();
  }

  private static Generation newTokens(int count) {
    return Generation.newBuilder().setMaxNewTokens(count).build();
  }
}

package io.vignette.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vignette.models.Model;
import io.vignette.models.ModelProfile;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The same token ids and the same texts as the reference tokenizer, for texts that break others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenizerGoldenTest {
  private static final Path ROOT = Path.of(System.getProperty("vignette.root"));
  private static final int PROMPT_TOKENS_MAX = 300_000;

  private JsonNode golden;
  private PromptEncoder encoder;

  @BeforeAll
  void load() throws Exception {
    golden =
        new ObjectMapper()
            .readTree(ROOT.resolve("model-tools/tests/data/tokenizer/golden.json").toFile());
    encoder =
        PromptEncoder.load(
            takingLongPrompts(ModelRepository.load(ROOT.resolve("triton-models"), "tiny-blip2")));
  }

  @AfterAll
  void close() {
    encoder.close();
  }

  @Test
  void encodesAndDecodesTexts() throws Exception {
    assertThat(golden.get("texts").size()).isGreaterThanOrEqualTo(300);
    for (JsonNode entry : golden.get("texts")) {
      String text = entry.get("text").textValue();
      long[] expected = ids(entry);

      assertThat(encode(text)).as(text).isEqualTo(expected);
      assertThat(encoder.decode(expected))
          .as(text)
          .isEqualTo(entry.get("decoded").textValue().strip());
    }
  }

  @Test
  void encodesVeryLongTexts() throws Exception {
    for (JsonNode entry : golden.get("long")) {
      String unit = entry.get("unit").textValue();

      long[] tokenIds = encode(unit.repeat(entry.get("times").intValue()));

      assertThat(tokenIds).as(unit).hasSize(entry.get("count").intValue());
      assertThat(checksum(tokenIds)).as(unit).isEqualTo(entry.get("sum").longValue());
    }
  }

  @Test
  void decodesAnyTokens() {
    for (JsonNode entry : golden.get("ids")) {
      assertThat(encoder.decode(ids(entry))).isEqualTo(entry.get("text").textValue().strip());
    }
  }

  private long[] encode(String text) throws PromptRejectedException {
    Prompt prompt = Prompt.newBuilder().setKind(Prompt.Kind.PREFIX).setText(text).build();
    return encoder
        .encode(List.of(prompt), Generation.getDefaultInstance())
        .getFirst()
        .tokens()
        .tokenIds();
  }

  private static long[] ids(JsonNode entry) {
    return StreamSupport.stream(entry.get("ids").spliterator(), false)
        .mapToLong(JsonNode::longValue)
        .toArray();
  }

  private static long checksum(long[] tokenIds) {
    long sum = 0;
    for (long id : tokenIds) {
      sum = (31 * sum + id) % (1L << 31);
    }
    return sum;
  }

  /** The same tokenizer with room for prompts that no bundled model takes. */
  private static Model takingLongPrompts(Model model) {
    ModelProfile profile = model.profile();
    ModelProfile.Text text = profile.text();
    return new Model(
        model.name(),
        model.version(),
        new ModelProfile(
            profile.schema(),
            profile.name(),
            profile.description(),
            profile.license(),
            profile.notice(),
            profile.image(),
            new ModelProfile.Text(
                text.tokenizer(),
                PROMPT_TOKENS_MAX,
                text.padTokenId(),
                text.eosTokenIds(),
                List.of(PROMPT_TOKENS_MAX)),
            profile.templates(),
            profile.generation(),
            profile.batch(),
            profile.confidence()),
        model.files(),
        model.vocabularySize(),
        model.maxBatchSize(),
        model.maxNewTokens());
  }
}

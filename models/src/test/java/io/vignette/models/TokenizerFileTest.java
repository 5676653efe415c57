package io.vignette.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFileTest {
  @TempDir Path folder;

  @Test
  void countsByTheLargestIdOfVocabularyAndAddedTokens() throws Exception {
    assertThat(
            sizeOf(
                "{\"added_tokens\": [{\"id\": 9, \"content\": \"x\"}], \"model\": {\"vocab\": {\"a\": 3}}}"))
        .isEqualTo(10);
    assertThat(
            sizeOf(
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 7}, \"merges\": [[\"a\", \"b\"]]}}"))
        .isEqualTo(8);
  }

  @Test
  void countsListedVocabularies() throws Exception {
    assertThat(sizeOf("{\"model\": {\"vocab\": [[\"<s>\", 0.0], [\"a\", -1.5], [\"b\", -2]]}}"))
        .isEqualTo(3);
  }

  @Test
  void refusesAFileWithoutTokens() {
    assertThatThrownBy(() -> sizeOf("{\"model\": {}}"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("model.vocab: largest id -1 (expected: at least 0)");
    assertThatThrownBy(() -> sizeOf("[]")).isInstanceOf(InvalidModelException.class);
    assertThatThrownBy(() -> sizeOf("")).isInstanceOf(InvalidModelException.class);
  }

  @Test
  void refusesATruncatedFile() {
    assertThatThrownBy(() -> sizeOf("{\"model\": {\"vocab\": {\"a\": 0"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("not a tokenizer: ");
  }

  private int sizeOf(String json) throws Exception {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, json);
    return TokenizerFile.vocabularySize(file);
  }
}

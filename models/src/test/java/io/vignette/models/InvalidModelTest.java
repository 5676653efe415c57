package io.vignette.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake in the files is reported with file, field, value and expectation. */
class InvalidModelTest {
  private static final String PROFILE = "tiny-blip2/profile.yaml";
  private static final String ENSEMBLE = "tiny-blip2/config.pbtxt";
  private static final String ENCODER = "tiny-blip2_vision_encoder/config.pbtxt";
  private static final String LLM = "tiny-blip2_llm/config.pbtxt";
  private static final String TOKENIZER = "tiny-blip2/tokenizer.json";

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @MethodSource({"profiles", "configurations", "disagreements"})
  void isRefused(String file, String from, String to, String problem) throws Exception {
    RepositoryCopy.in(folder).replace(file, from, to);

    assertThatThrownBy(() -> ModelRepository.load(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(problem);
  }

  static Stream<Arguments> profiles() {
    return Stream.of(
        arguments(
            PROFILE, "schema: 1", "schema: 2", "schema: 2 (expected: a whole number, 1 to 1)"),
        arguments(
            PROFILE, "notice:", "note:", "profile.yaml: note: unknown key (expected: only [batch"),
        arguments(PROFILE, "license:", "#", "license: missing (found: [schema, name, description"),
        arguments(
            PROFILE, "  width: 224", "  breadth: 1\n  width: 224", "image.breadth: unknown key"),
        arguments(
            PROFILE, "  width: 224\n", "", "image.width: missing (found: [height, resample])"),
        arguments(
            PROFILE, "width: 224", "width: wide", "image.width: wide (expected: a whole number"),
        arguments(
            PROFILE,
            "width: 224",
            "width: 0",
            "image.width: 0 (expected: a whole number, 1 to 8192)"),
        arguments(PROFILE, "width: 224", "width: 224.5", "image.width: 224.5 (expected: a whole"),
        arguments(PROFILE, "bicubic", "lanczos", "image.resample: lanczos (expected: bicubic)"),
        arguments(
            PROFILE,
            "license: \"Apache-2.0\"",
            "license: \" \"",
            "license: \" \" (expected: a text that is not"),
        arguments(
            PROFILE, "license: \"Apache-2.0\"", "license: 2", "license: 2 (expected: a text)"),
        arguments(
            PROFILE,
            "tokenizer.json",
            "../tokenizer.json",
            "text.tokenizer: ../tokenizer.json (expected: a file name"),
        arguments(PROFILE, "tokenizer.json", "tok.json", "tok.json: no such file"),
        arguments(
            PROFILE,
            "eos_token_ids: [2]",
            "eos_token_ids: []",
            "text.eos_token_ids: [] (expected: a list of at least one"),
        arguments(
            PROFILE,
            "eos_token_ids: [2]",
            "eos_token_ids: [2, x]",
            "text.eos_token_ids[1]: x (expected:"),
        arguments(
            PROFILE,
            "eos_token_ids: [2]",
            "eos_token_ids: [413]",
            "text.eos_token_ids[0]: 413 (expected: at most 412, the largest id in"),
        arguments(
            PROFILE,
            "pad_token_id: 1",
            "pad_token_id: -1",
            "text.pad_token_id: -1 (expected: a whole number, at least 0)"),
        arguments(
            PROFILE,
            "pad_token_id: 1",
            "pad_token_id: 413",
            "text.pad_token_id: 413 (expected: at most 412"),
        arguments(
            PROFILE,
            "[8, 16, 32, 80]",
            "[8, 16, 16, 80]",
            "text.length_buckets: [8, 16, 16, 80] (expected: ascending)"),
        arguments(
            PROFILE,
            "[8, 16, 32, 80]",
            "[8, 16]",
            "text.length_buckets: largest is 16 (expected: at least max_prompt_tokens, 80)"),
        arguments(PROFILE, "[8, 16, 32, 80]", "80", "text.length_buckets: 80 (expected: a list"),
        arguments(
            PROFILE,
            "caption: \"\"",
            "caption: \"a {}\"",
            "templates.caption: \"a {}\" (expected: no {}"),
        arguments(
            PROFILE,
            "prefix: \"{}\"",
            "prefix: \"\"",
            "templates.prefix: \"\" (expected: exactly one {})"),
        arguments(
            PROFILE,
            "question: \"Question: {} Answer:\"",
            "question: \"{}{}\"",
            "templates.question: \"{}{}\" (expected: exactly one {})"),
        arguments(
            PROFILE,
            "min: 1, max: 32",
            "min: 0, max: 32",
            "generation.max_new_tokens.min: 0 (expected: a whole number, at least 1)"),
        arguments(
            PROFILE,
            "default: 32",
            "default: 40",
            "generation.max_new_tokens.default: 40 (expected: a whole number, 1 to 32)"),
        arguments(
            PROFILE,
            "min: 1, max: 32",
            "min: 5, max: 4",
            "generation.max_new_tokens.max: 4 (expected: a whole number, at least 5)"),
        arguments(
            PROFILE,
            "image:\n  width: 224\n  height: 224\n  resample: bicubic",
            "image: 224",
            "image: 224 (expected: a mapping of [height, resample, width])"),
        arguments(
            PROFILE,
            "low_below: 0.91",
            "low_below: 1.01",
            "confidence.low_below: 1.01 (expected: a number, 0 to 1)"),
        arguments(
            PROFILE,
            "low_below: 0.91",
            "low_below: .nan",
            "confidence.low_below: NaN (expected: a number, 0 to 1)"),
        arguments(PROFILE, "low_below: 0.91", "low: 1", "confidence.low: unknown key"),
        arguments(PROFILE, "confidence:\n  low_below: 0.91", "confidence:", "confidence: null"),
        arguments(PROFILE, "schema: 1", "schema: [1", "profile.yaml: line "),
        arguments(PROFILE, "schema: 1", "schema: 1\nschema: 1", "found duplicate key schema"),
        arguments(PROFILE, "schema: 1", "schema: !!java.io.File [x]", "profile.yaml: line "));
  }

  static Stream<Arguments> configurations() {
    return Stream.of(
        arguments(
            LLM, "max_batch_size: 32", "max_batch_size: many", "not a model configuration: 3:17"),
        arguments(
            LLM,
            "name: \"tiny-blip2_llm\"",
            "name: \"llm\"",
            "name: llm (expected: tiny-blip2_llm, the folder's name)"),
        arguments(
            LLM,
            "max_batch_size: 32",
            "",
            "max_batch_size: 0 (expected: at least 1, models must accept batches)"),
        arguments(
            ENSEMBLE,
            "\"ensemble\"",
            "\"tensorrt_plan\"",
            "platform: \"tensorrt_plan\" (expected: \"ensemble\")"),
        arguments(
            ENSEMBLE,
            "tiny-blip2_vision_encoder",
            "other",
            "ensemble_scheduling.step.model_name: [other, tiny-blip2_llm] (expected: [tiny-blip2_vision_encoder, tiny-blip2_llm])"),
        arguments(ENCODER, "\"pixels\"", "\"image\"", "input pixels: missing (found: [image])"),
        arguments(
            ENCODER,
            "TYPE_UINT8",
            "TYPE_FP32",
            "input pixels: data_type: TYPE_FP32 (expected: TYPE_UINT8)"),
        arguments(
            ENCODER,
            "data_type: TYPE_UINT8 ",
            "",
            "input pixels: data_type: none (expected: TYPE_UINT8)"),
        arguments(
            ENCODER,
            "[224, 224, 3]",
            "[-1, -1, 3]",
            "input pixels: dims: [-1, -1, 3] (expected: [height, width, 3])"),
        arguments(
            ENCODER,
            "\"image_features\"",
            "\"embeds\"",
            "output image_features: missing (found: [embeds])"),
        arguments(
            ENCODER,
            "TYPE_FP32",
            "TYPE_INT32",
            "output image_features: data_type: TYPE_INT32 (expected: TYPE_FP32 or TYPE_FP16)"),
        arguments(
            LLM,
            "\"input_ids\" data_type: TYPE_INT64",
            "\"input_ids\" data_type: TYPE_INT32",
            "input input_ids: data_type: TYPE_INT32 (expected: TYPE_INT64)"),
        arguments(
            LLM,
            "\"attention_mask\" data_type: TYPE_INT64 dims: [-1]",
            "\"attention_mask\" data_type: TYPE_INT64 dims: [64]",
            "input attention_mask: dims: [64] (expected: [-1])"),
        arguments(LLM, "\"max_new_tokens\"", "\"max_length\"", "input max_new_tokens: missing"),
        arguments(
            LLM,
            "\"output_ids\"",
            "\"ids\"",
            "output output_ids: missing (found: [ids, output_lengths, scores])"),
        arguments(
            LLM,
            "dims: [32]",
            "dims: [-1]",
            "output output_ids: dims: [-1] (expected: [longest answer in tokens])"),
        arguments(
            LLM,
            "\"output_lengths\" data_type: TYPE_INT64",
            "\"output_lengths\" data_type: TYPE_INT32",
            "output output_lengths: data_type: TYPE_INT32"),
        arguments(
            LLM,
            "\"scores\" data_type: TYPE_FP32",
            "\"scores\" data_type: TYPE_FP16",
            "output scores: data_type: TYPE_FP16 (expected: TYPE_FP32)"),
        arguments(
            LLM,
            "input [",
            "input [ { name: \"seed\" data_type: TYPE_INT64 dims: [1] },",
            "input seed: unknown (expected: only "),
        arguments(TOKENIZER, "\"version\"", "version", "tokenizer.json: not a tokenizer: "));
  }

  static Stream<Arguments> disagreements() {
    return Stream.of(
        arguments(
            PROFILE,
            "name: tiny-blip2",
            "name: tiny",
            "name: tiny (expected: tiny-blip2, the folder's name)"),
        arguments(
            PROFILE,
            "width: 224",
            "width: 196",
            "image: height 224, width 196 (expected: [height, width, 3] = [224, 224, 3], as input pixels of"),
        arguments(
            PROFILE,
            "preferred: 16",
            "preferred: 64",
            "batch.preferred: 64 (expected: at most 32, max_batch_size in"),
        arguments(
            PROFILE,
            "max: 32, default: 32",
            "max: 48, default: 32",
            "generation.max_new_tokens.max: 48 (expected: at most 32, dims of output_ids in"),
        arguments(
            ENSEMBLE,
            "[224, 224, 3]",
            "[336, 336, 3]",
            "input pixels: dims: [336, 336, 3] (expected: [224, 224, 3], as input pixels of"),
        arguments(
            ENSEMBLE,
            "TYPE_UINT8",
            "TYPE_INT8",
            "input pixels: data_type: TYPE_INT8 (expected: TYPE_UINT8, as input pixels of"),
        arguments(
            ENSEMBLE,
            "dims: [32]",
            "dims: [64]",
            "output output_ids: dims: [64] (expected: [32], as output output_ids of"),
        arguments(
            ENSEMBLE,
            "max_batch_size: 32",
            "max_batch_size: 64",
            "max_batch_size: 32 (expected: at least 64, as in"),
        arguments(
            LLM,
            "dims: [16, 128]",
            "dims: [16, 256]",
            "input image_features: dims: [16, 256] (expected: [16, 128], as output image_features of"),
        arguments(
            LLM,
            "image_features\" data_type: TYPE_FP32",
            "image_features\" data_type: TYPE_FP16",
            "input image_features: data_type: TYPE_FP16 (expected: TYPE_FP32, as"));
  }

  @ParameterizedTest(name = "without {0}")
  @CsvSource({
    "tiny-blip2/profile.yaml,                          tiny-blip2/profile.yaml: no such file",
    "tiny-blip2/tokenizer.json,                        tiny-blip2/tokenizer.json: no such file",
    "tiny-blip2/config.pbtxt,                          tiny-blip2/config.pbtxt: cannot be read",
    "tiny-blip2_llm/config.pbtxt,                      tiny-blip2_llm/config.pbtxt: cannot be read",
    "tiny-blip2_llm/1/model.onnx,                      'model.onnx: no such file, or not readable'",
    "tiny-blip2_vision_encoder/1/model.onnx,           'model.onnx: no such file, or not readable'"
  })
  void isRefusedWithout(String file, String problem) throws Exception {
    RepositoryCopy.in(folder).delete(file);

    assertThatThrownBy(() -> ModelRepository.load(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest(name = "version folder {0}")
  @CsvSource({"0", "01", "v1", "12345678901"})
  void isRefusedWithoutANumberedVersion(String version) throws Exception {
    RepositoryCopy copy = RepositoryCopy.in(folder);
    Files.move(copy.file("tiny-blip2_llm/1"), copy.file("tiny-blip2_llm").resolve(version));

    assertThatThrownBy(() -> ModelRepository.load(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("version folder: none (expected: a number, such as 1)");
  }

  @Test
  void aProfileThatIsNotUtf8IsRefusedAsSuch() throws Exception {
    Path profile = RepositoryCopy.in(folder).file(PROFILE);
    Files.write(profile, new byte[] {'#', ' ', (byte) 0xff, '\n'}, StandardOpenOption.APPEND);

    assertThatThrownBy(() -> ModelRepository.load(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(profile + ": not UTF-8 (expected: YAML in UTF-8)");
  }
}

package io.vignette.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRepositoryTest {
  @TempDir Path folder;

  @Test
  void loadsTheBundledModel() throws Exception {
    Model model = ModelRepository.load(RepositoryCopy.bundled(), RepositoryCopy.MODEL);

    assertThat(model.name()).isEqualTo("tiny-blip2");
    assertThat(model.version()).isEqualTo("1");
    assertThat(model.maxBatchSize()).isEqualTo(32);
    assertThat(model.preferredBatchSize()).isBetween(1, 32);
    assertThat(model.maxNewTokens()).isEqualTo(32);
    assertThat(model.imageWidth()).isEqualTo(224);
    assertThat(model.imageHeight()).isEqualTo(224);
    assertThat(model.imageBytes()).isEqualTo(150_528);
    assertThat(model.vocabularySize()).isEqualTo(413);
    assertThat(model.visionEncoderFile()).isRegularFile();
    assertThat(model.llmFile()).isRegularFile();
    assertThat(model.tokenizerFile()).isRegularFile();
  }

  @Test
  void readsEveryKeyOfTheProfile() throws Exception {
    RepositoryCopy.in(folder);
    Files.writeString(
        folder.resolve("tiny-blip2/profile.yaml"),
        """
        schema: 1
        name: tiny-blip2
        description: d
        license: l
        notice: ""
        image: {width: 224, height: 224, resample: bicubic}
        text:
          tokenizer: tokenizer.json
          max_prompt_tokens: 40
          pad_token_id: 1
          eos_token_ids: [2, 3]
          length_buckets: [8, 40]
        templates: {caption: "a photo of", prefix: "{}", question: "Q: {} A:"}
        generation:
          max_new_tokens: {min: 2, max: 31, default: 20}
        batch: {preferred: 12}
        confidence: {low_below: 0.75}
        """);

    Model model = ModelRepository.load(folder).defaultModel();

    assertThat(model.profile())
        .isEqualTo(
            new ModelProfile(
                1,
                "tiny-blip2",
                "d",
                "l",
                "",
                new ModelProfile.Image(224, 224, ModelProfile.Resample.BICUBIC),
                new ModelProfile.Text("tokenizer.json", 40, 1, List.of(2, 3), List.of(8, 40)),
                new ModelProfile.Templates("a photo of", "{}", "Q: {} A:"),
                new ModelProfile.Generation(new ModelProfile.TokenRange(2, 31, 20)),
                new ModelProfile.Batch(12),
                new ModelProfile.Confidence(0.75)));
  }

  @Test
  void marksNoAnswerOfAModelWhoseConfidenceNobodyMeasured() throws Exception {
    RepositoryCopy.in(folder)
        .replace("tiny-blip2/profile.yaml", "confidence:\n  low_below: 0.91", "");

    Model model = ModelRepository.load(folder).defaultModel();

    assertThat(model.profile().confidence().isLow(0)).isFalse();
  }

  @Test
  void findsModelsByNameAndTakesTheFirstByNameAsDefault() throws Exception {
    RepositoryCopy.in(folder);
    addSecondModel("another");

    ModelRepository repository = ModelRepository.load(folder);

    assertThat(repository.models())
        .extracting(Model::name)
        .containsExactly("another", "tiny-blip2");
    assertThat(repository.defaultModel().name()).isEqualTo("another");
    assertThat(repository.find("tiny-blip2")).map(Model::name).contains("tiny-blip2");
    assertThat(repository.find("tiny-blip2_llm")).isEmpty();
  }

  @Test
  void takesTheNewestNumberedVersion() throws Exception {
    RepositoryCopy.in(folder)
        .write("tiny-blip2/10/.gitkeep", "")
        .write("tiny-blip2/9/.gitkeep", "")
        .write("tiny-blip2/next/.gitkeep", "")
        .write("tiny-blip2_llm/2/model.onnx", "");

    Model model = ModelRepository.load(folder).defaultModel();

    assertThat(model.version()).isEqualTo("10");
    assertThat(model.llmFile()).isEqualTo(folder.resolve("tiny-blip2_llm/2/model.onnx"));
    assertThat(model.visionEncoderFile())
        .isEqualTo(folder.resolve("tiny-blip2_vision_encoder/1/model.onnx"));
  }

  @Test
  void takesTensorRtPlans() throws Exception {
    RepositoryCopy.in(folder)
        .replace("tiny-blip2_llm/config.pbtxt", "onnxruntime_onnx", "tensorrt_plan")
        .write("tiny-blip2_llm/1/model.plan", "");

    Model model = ModelRepository.load(folder).defaultModel();

    assertThat(model.llmFile()).isEqualTo(folder.resolve("tiny-blip2_llm/1/model.plan"));
  }

  @Test
  void takesTheFileNameThatTheConfigurationGives() throws Exception {
    RepositoryCopy.in(folder)
        .replace("tiny-blip2_llm/config.pbtxt", "name:", "default_model_filename: \"x.onnx\" name:")
        .write("tiny-blip2_llm/1/x.onnx", "");

    Model model = ModelRepository.load(folder).defaultModel();

    assertThat(model.llmFile()).isEqualTo(folder.resolve("tiny-blip2_llm/1/x.onnx"));
  }

  @Test
  void readsPastWhatTritonKnowsAndVignetteDoesNot() throws Exception {
    RepositoryCopy.in(folder)
        .replace(
            "tiny-blip2_llm/config.pbtxt",
            "max_batch_size",
            """
            version_policy { latest { num_versions: 2 } }
            optimization { cuda { graphs: true } }
            model_warmup [ { name: "w" batch_size: 1 inputs { key: "x" value { zero_data: true } } } ]
            max_batch_size""");

    assertThat(ModelRepository.load(folder).models()).hasSize(1);
  }

  @Test
  void leavesFoldersOfOthersAlone() throws Exception {
    RepositoryCopy.in(folder).write("resnet/config.pbtxt", "name: \"resnet\"").write("a.txt", "");

    assertThat(ModelRepository.load(folder).models()).hasSize(1);
  }

  @Test
  void refusesAnEmptyFolder() {
    assertThatThrownBy(() -> ModelRepository.load(folder))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(folder + ": models: none (expected: at least one folder with a profile.yaml)");
  }

  @Test
  void refusesAMissingFolder() {
    Path missing = folder.resolve("nowhere");

    assertThatThrownBy(() -> ModelRepository.load(missing))
        .isInstanceOf(InvalidModelException.class)
        .hasMessage(missing + ": model repository: no such folder");
  }

  private void addSecondModel(String name) throws Exception {
    for (String part : List.of("", "_llm", "_vision_encoder")) {
      Path target = folder.resolve(name + part);
      Files.createDirectories(target.resolve("1"));
      Path source = folder.resolve("tiny-blip2" + part);
      for (String file : List.of("config.pbtxt", "profile.yaml", "tokenizer.json")) {
        if (Files.exists(source.resolve(file))) {
          String text = Files.readString(source.resolve(file)).replace("tiny-blip2", name);
          Files.writeString(target.resolve(file), text);
        }
      }
      Files.createFile(target.resolve("1/model.onnx"));
    }
  }
}

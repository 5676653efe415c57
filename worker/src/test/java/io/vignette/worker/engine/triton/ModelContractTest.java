package io.vignette.worker.engine.triton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.vignette.testkit.RepositoryFiles;
import io.vignette.worker.engine.triton.ModelContract.Described;
import io.vignette.worker.engine.triton.ServedModel.FeatureType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelContractTest {
  private static final String ENCODER = "tiny-blip2_vision_encoder";
  private static final String LLM = "tiny-blip2_llm";

  private Model model;
  private Map<String, Described> server;

  @BeforeEach
  void describe() throws Exception {
    model = ModelRepository.load(RepositoryFiles.root().resolve("triton-models")).defaultModel();
    server = new HashMap<>(Descriptions.of(model, model.maxBatchSize()));
  }

  @Test
  void takesTheSmallerLimits() throws Exception {
    config(ENCODER, config -> config.setMaxBatchSize(8));
    config(LLM, config -> config.setMaxBatchSize(64));

    ServedModel served = check();

    assertThat(served.encoderRowsMax()).isEqualTo(8);
    assertThat(served.llmRowsMax()).isEqualTo(32);
    assertThat(served.ensembleRowsMax()).isEqualTo(32);
    assertThat(served.features()).isEqualTo(FeatureType.FP32);
    assertThat(served.featureBytes()).isEqualTo(16 * 128 * 4);
    assertThat(served.featureShape(3)).containsExactly(3, 16, 128);
  }

  @Test
  void anOpenDimensionFitsEverySize() throws Exception {
    input(ENCODER, 0, Descriptions.tensor(ModelTensors.PIXELS, "UINT8", -1, -1, -1, 3));

    assertThat(check().model()).isEqualTo(model);
  }

  @Test
  void namesAnotherPictureSize() {
    input(model.name(), 0, Descriptions.tensor(ModelTensors.PIXELS, "UINT8", -1, 384, 384, 3));

    assertProblem(
        "tiny-blip2: input pixels: server has UINT8[-1, 384, 384, 3]"
            + " (expected: UINT8[-1, 224, 224, 3])");
  }

  @Test
  void namesAnotherType() {
    input(ENCODER, 0, Descriptions.tensor(ModelTensors.PIXELS, "FP32", -1, 224, 224, 3));

    assertProblem(
        "tiny-blip2_vision_encoder: input pixels: server has FP32[-1, 224, 224, 3]"
            + " (expected: UINT8[-1, 224, 224, 3])");
  }

  @Test
  void namesAPromptOfFixedLength() {
    input(LLM, 1, Descriptions.tensor(ModelTensors.INPUT_IDS, "INT64", -1, 16));

    assertProblem(
        "tiny-blip2_llm: input input_ids: server has INT64[-1, 16] (expected: INT64[-1, -1])");
  }

  @Test
  void namesAMissingTensor() {
    metadata(LLM, metadata -> metadata.removeOutputs(2));

    assertProblem(
        "tiny-blip2_llm: output scores: missing, server has [output_ids, output_lengths]");
  }

  @Test
  void namesAnInputThatNobodySends() {
    metadata(ENCODER, metadata -> metadata.addInputs(Descriptions.tensor("depth", "FP32", -1, 1)));

    assertProblem(
        "tiny-blip2_vision_encoder: input depth: server requires it (expected: only [pixels])");
  }

  @Test
  void namesPartsThatDoNotFitEachOther() {
    input(LLM, 0, Descriptions.tensor(ModelTensors.IMAGE_FEATURES, "FP16", -1, 32, 2560));

    assertProblem(
        "tiny-blip2_llm: input image_features: server has FP16[-1, 32, 2560]"
            + " (expected: FP32[-1, 16, 128], as tiny-blip2_vision_encoder gives)");
  }

  @Test
  void namesAllDifferencesAtOnce() {
    config(LLM, config -> config.setMaxBatchSize(0));
    config(ENCODER, config -> config.getModelTransactionPolicyBuilder().setDecoupled(true));
    config(model.name(), config -> config.getEnsembleSchedulingBuilder().removeStep(0));

    assertProblem(
        "tiny-blip2: steps: server has [tiny-blip2_llm] (expected: [tiny-blip2_vision_encoder,"
            + " tiny-blip2_llm]); tiny-blip2_vision_encoder: decoupled: server has true (expected:"
            + " false, one answer a request); tiny-blip2_llm: max_batch_size: server has 0"
            + " (expected: at least 1)");
  }

  private interface ConfigChange {
    Object on(ModelConfig.Builder config);
  }

  private void config(String name, ConfigChange change) {
    Described before = server.get(name);
    ModelConfig.Builder config = before.config().toBuilder();
    change.on(config);
    server.put(name, new Described(before.metadata(), config.build()));
  }

  private void metadata(String name, UnaryOperator<ModelMetadataResponse.Builder> change) {
    Described before = server.get(name);
    server.put(
        name, new Described(change.apply(before.metadata().toBuilder()).build(), before.config()));
  }

  private void input(String name, int index, TensorMetadata tensor) {
    metadata(name, metadata -> metadata.setInputs(index, tensor));
  }

  private ServedModel check() throws ModelMismatchException {
    return ModelContract.check(
        model, server.get(model.name()), server.get(ENCODER), server.get(LLM));
  }

  private void assertProblem(String problem) {
    assertThatThrownBy(this::check).isInstanceOf(ModelMismatchException.class).hasMessage(problem);
  }
}

package io.vignette.worker.engine.triton;

import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelEnsembling;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.vignette.worker.engine.triton.ModelContract.Described;
import java.util.List;
import java.util.Map;

/** What a server says that serves a model as the repository has it. */
final class Descriptions {
  private Descriptions() {}

  static Map<String, Described> of(Model model, int maxBatchSize) {
    String encoder = ServedModel.visionEncoder(model);
    String llm = ServedModel.llm(model);
    return Map.of(
        model.name(),
        new Described(
            metadata(model.name())
                .addInputs(pixels(model))
                .addAllInputs(prompt())
                .addAllOutputs(answer(model))
                .build(),
            config(model.name(), maxBatchSize)
                .setPlatform("ensemble")
                .setEnsembleScheduling(
                    ModelEnsembling.newBuilder().addStep(step(encoder)).addStep(step(llm)))
                .build()),
        encoder,
        new Described(
            metadata(encoder).addInputs(pixels(model)).addOutputs(features()).build(),
            config(encoder, maxBatchSize).build()),
        llm,
        new Described(
            metadata(llm)
                .addInputs(features())
                .addAllInputs(prompt())
                .addAllOutputs(answer(model))
                .build(),
            config(llm, maxBatchSize).build()));
  }

  private static ModelMetadataResponse.Builder metadata(String name) {
    return ModelMetadataResponse.newBuilder().setName(name).addVersions("1");
  }

  private static ModelConfig.Builder config(String name, int maxBatchSize) {
    return ModelConfig.newBuilder().setName(name).setMaxBatchSize(maxBatchSize);
  }

  private static ModelEnsembling.Step step(String name) {
    return ModelEnsembling.Step.newBuilder().setModelName(name).build();
  }

  private static TensorMetadata pixels(Model model) {
    return tensor(ModelTensors.PIXELS, "UINT8", -1L, model.imageHeight(), model.imageWidth(), 3L);
  }

  static TensorMetadata features() {
    return tensor(ModelTensors.IMAGE_FEATURES, "FP32", -1L, 16L, 128L);
  }

  private static List<TensorMetadata> prompt() {
    return List.of(
        tensor(ModelTensors.INPUT_IDS, "INT64", -1L, -1L),
        tensor(ModelTensors.ATTENTION_MASK, "INT64", -1L, -1L),
        tensor(ModelTensors.MAX_NEW_TOKENS, "INT64", -1L, 1L));
  }

  private static List<TensorMetadata> answer(Model model) {
    return List.of(
        tensor(ModelTensors.OUTPUT_IDS, "INT64", -1L, model.maxNewTokens()),
        tensor(ModelTensors.OUTPUT_LENGTHS, "INT64", -1L, 1L),
        tensor(ModelTensors.SCORES, "FP32", -1L, 1L));
  }

  static TensorMetadata tensor(String name, String type, long... shape) {
    TensorMetadata.Builder tensor = TensorMetadata.newBuilder().setName(name).setDatatype(type);
    for (long dim : shape) {
      tensor.addShape(dim);
    }
    return tensor.build();
  }
}

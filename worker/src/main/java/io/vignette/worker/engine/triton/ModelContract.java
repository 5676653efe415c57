package io.vignette.worker.engine.triton;

import static io.vignette.worker.engine.triton.ServedTensors.ANY;
import static io.vignette.worker.engine.triton.ServedTensors.OPEN;

import io.vignette.models.Model;
import io.vignette.models.ModelTensors;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelEnsembling;
import io.vignette.proto.inference.ModelInput;
import io.vignette.proto.inference.ModelMetadataResponse;
import io.vignette.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.vignette.worker.engine.triton.ServedModel.FeatureType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server must serve for a model of the repository, and the comparison with what it says.
 *
 * <p>All differences are collected: whoever mends the server mends it once.
 */
final class ModelContract {

  /** One of a server's models, in its own words. */
  record Described(ModelMetadataResponse metadata, ModelConfig config) {}

  private static final List<String> INT64 = List.of("INT64");
  private static final List<String> FP32 = List.of("FP32");
  private static final List<String> PIXEL = List.of("UINT8");
  private static final List<String> FEATURE =
      Arrays.stream(FeatureType.values()).map(FeatureType::name).toList();
  private static final List<String> PROMPT =
      List.of(ModelTensors.INPUT_IDS, ModelTensors.ATTENTION_MASK, ModelTensors.MAX_NEW_TOKENS);

  private final Model model;
  private final List<String> problems = new ArrayList<>();

  private ModelContract(Model model) {
    this.model = model;
  }

  /**
   * Compares.
   *
   * @throws ModelMismatchException naming every difference
   */
  static ServedModel check(Model model, Described ensemble, Described encoder, Described llm)
      throws ModelMismatchException {
    ModelContract contract = new ModelContract(model);
    contract.checkEnsemble(ensemble);
    contract.checkEncoder(encoder);
    contract.checkLlm(llm);
    contract.checkSameFeatures(encoder, llm);
    Stream.of(ensemble, encoder, llm).forEach(contract::checkConfig);
    if (!contract.problems.isEmpty()) {
      throw new ModelMismatchException(String.join("; ", contract.problems));
    }
    return contract.served(ensemble, encoder, llm);
  }

  private void checkEnsemble(Described ensemble) {
    ServedTensors inputs = inputs(ensemble);
    requirePixels(inputs);
    requirePrompt(inputs);
    requireOnly(ensemble, promptAnd(ModelTensors.PIXELS));
    requireAnswer(outputs(ensemble));
    List<String> steps =
        ensemble.config().getEnsembleScheduling().getStepList().stream()
            .map(ModelEnsembling.Step::getModelName)
            .toList();
    List<String> expected = List.of(ServedModel.visionEncoder(model), ServedModel.llm(model));
    if (!steps.equals(expected)) {
      problems.add(
          "%s: steps: server has %s (expected: %s)".formatted(name(ensemble), steps, expected));
    }
  }

  private void checkEncoder(Described encoder) {
    requirePixels(inputs(encoder));
    requireOnly(encoder, List.of(ModelTensors.PIXELS));
    requireFeatures(outputs(encoder));
  }

  private void checkLlm(Described llm) {
    ServedTensors inputs = inputs(llm);
    requireFeatures(inputs);
    requirePrompt(inputs);
    requireOnly(llm, promptAnd(ModelTensors.IMAGE_FEATURES));
    requireAnswer(outputs(llm));
  }

  private void requirePixels(ServedTensors inputs) {
    inputs.require(ModelTensors.PIXELS, PIXEL, OPEN, model.imageHeight(), model.imageWidth(), 3);
  }

  private static void requireFeatures(ServedTensors tensors) {
    tensors.require(ModelTensors.IMAGE_FEATURES, FEATURE, OPEN, ANY, ANY);
  }

  private static void requirePrompt(ServedTensors inputs) {
    inputs.require(ModelTensors.INPUT_IDS, INT64, OPEN, OPEN);
    inputs.require(ModelTensors.ATTENTION_MASK, INT64, OPEN, OPEN);
    inputs.require(ModelTensors.MAX_NEW_TOKENS, INT64, OPEN, 1);
  }

  private void requireAnswer(ServedTensors outputs) {
    outputs.require(ModelTensors.OUTPUT_IDS, INT64, OPEN, model.maxNewTokens());
    outputs.require(ModelTensors.OUTPUT_LENGTHS, INT64, OPEN, 1);
    outputs.require(ModelTensors.SCORES, FP32, OPEN, 1);
  }

  private static List<String> promptAnd(String first) {
    return Stream.concat(Stream.of(first), PROMPT.stream()).toList();
  }

  private void requireOnly(Described described, List<String> known) {
    List<String> optional =
        described.config().getInputList().stream()
            .filter(ModelInput::getOptional)
            .map(ModelInput::getName)
            .toList();
    inputs(described).requireOnly(known, optional);
  }

  private void checkSameFeatures(Described encoder, Described llm) {
    var given = outputs(encoder).find(ModelTensors.IMAGE_FEATURES).map(ServedTensors::shown);
    var taken = inputs(llm).find(ModelTensors.IMAGE_FEATURES).map(ServedTensors::shown);
    if (given.isPresent() && taken.isPresent() && !given.equals(taken)) {
      problems.add(
          "%s: input %s: server has %s (expected: %s, as %s gives)"
              .formatted(
                  name(llm), ModelTensors.IMAGE_FEATURES, taken.get(), given.get(), name(encoder)));
    }
  }

  private void checkConfig(Described described) {
    int rows = described.config().getMaxBatchSize();
    if (rows < 1) {
      problems.add(
          "%s: max_batch_size: server has %d (expected: at least 1)"
              .formatted(name(described), rows));
    }
    if (described.config().getModelTransactionPolicy().getDecoupled()) {
      problems.add(
          "%s: decoupled: server has true (expected: false, one answer a request)"
              .formatted(name(described)));
    }
  }

  private ServedModel served(Described ensemble, Described encoder, Described llm) {
    TensorMetadata features = outputs(encoder).find(ModelTensors.IMAGE_FEATURES).orElseThrow();
    List<Long> shape = features.getShapeList();
    return new ServedModel(
        model,
        rowsMax(encoder),
        rowsMax(llm),
        rowsMax(ensemble),
        FeatureType.valueOf(features.getDatatype()),
        shape.subList(1, shape.size()));
  }

  private int rowsMax(Described described) {
    return Math.min(model.maxBatchSize(), described.config().getMaxBatchSize());
  }

  private ServedTensors inputs(Described described) {
    return new ServedTensors(
        name(described) + ": input", described.metadata().getInputsList(), problems::add);
  }

  private ServedTensors outputs(Described described) {
    return new ServedTensors(
        name(described) + ": output", described.metadata().getOutputsList(), problems::add);
  }

  private static String name(Described described) {
    return described.metadata().getName();
  }
}

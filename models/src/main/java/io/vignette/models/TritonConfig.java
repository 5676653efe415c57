package io.vignette.models;

import com.google.protobuf.TextFormat;
import io.vignette.proto.inference.ModelConfig;
import io.vignette.proto.inference.ModelInput;
import io.vignette.proto.inference.ModelOutput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A {@code config.pbtxt}: parsed, and asked for what Vignette relies on.
 *
 * <p>Fields that Vignette doesn't read are allowed, known to it or not: the file is Triton's.
 */
final class TritonConfig {
  static final String FILE = "config.pbtxt";

  private static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder().setAllowUnknownFields(true).build();

  private final Path file;
  private final ModelConfig config;

  private TritonConfig(Path file, ModelConfig config) {
    this.file = file;
    this.config = config;
  }

  static TritonConfig read(Path modelFolder) throws InvalidModelException {
    Path file = modelFolder.resolve(FILE);
    ModelConfig.Builder config = ModelConfig.newBuilder();
    try {
      PARSER.merge(Files.readString(file), config);
    } catch (TextFormat.ParseException e) {
      throw new InvalidModelException(file, "not a model configuration: " + e.getMessage(), e);
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(file, "not UTF-8 (expected: a model configuration)", e);
    } catch (IOException e) {
      throw new InvalidModelException(file, "cannot be read: " + e, e);
    }
    return new TritonConfig(file, config.build()).requireFolderName(modelFolder);
  }

  /** Triton takes the folder's name where the file gives none. */
  private TritonConfig requireFolderName(Path modelFolder) throws InvalidModelException {
    String folderName = modelFolder.getFileName().toString();
    if (!config.getName().isEmpty() && !config.getName().equals(folderName)) {
      throw problem(
          "name: %s (expected: %s, the folder's name)".formatted(config.getName(), folderName));
    }
    return this;
  }

  Path file() {
    return file;
  }

  int maxBatchSize() throws InvalidModelException {
    int size = config.getMaxBatchSize();
    if (size < 1) {
      throw problem(
          "max_batch_size: %d (expected: at least 1, models must accept batches)".formatted(size));
    }
    return size;
  }

  /** Triton refuses an ensemble whose batches its steps cannot take; say so before it does. */
  void requireTakesBatchesOf(TritonConfig ensemble) throws InvalidModelException {
    if (maxBatchSize() < ensemble.maxBatchSize()) {
      throw problem(
          "max_batch_size: %d (expected: at least %d, as in %s)"
              .formatted(maxBatchSize(), ensemble.maxBatchSize(), ensemble.file));
    }
  }

  void requireEnsembleOf(String... parts) throws InvalidModelException {
    if (!config.getPlatform().equals("ensemble")) {
      throw problem("platform: \"%s\" (expected: \"ensemble\")".formatted(config.getPlatform()));
    }
    List<String> steps =
        config.getEnsembleScheduling().getStepList().stream()
            .map(step -> step.getModelName())
            .toList();
    if (!steps.equals(List.of(parts))) {
      throw problem(
          "ensemble_scheduling.step.model_name: %s (expected: %s)"
              .formatted(steps, List.of(parts)));
    }
  }

  Tensor input(String name) throws InvalidModelException {
    for (ModelInput input : config.getInputList()) {
      if (input.getName().equals(name)) {
        return new Tensor(this, "input " + name, input.getDataType(), input.getDimsList());
      }
    }
    throw problem(
        "input %s: missing (found: %s)"
            .formatted(name, config.getInputList().stream().map(ModelInput::getName).toList()));
  }

  Tensor output(String name) throws InvalidModelException {
    for (ModelOutput output : config.getOutputList()) {
      if (output.getName().equals(name)) {
        return new Tensor(this, "output " + name, output.getDataType(), output.getDimsList());
      }
    }
    throw problem(
        "output %s: missing (found: %s)"
            .formatted(name, config.getOutputList().stream().map(ModelOutput::getName).toList()));
  }

  /** An input that nobody would feed fails every inference: refuse it at start. */
  void requireOnlyInputs(Set<String> known) throws InvalidModelException {
    for (ModelInput input : config.getInputList()) {
      if (!known.contains(input.getName()) && !input.getOptional()) {
        throw problem(
            "input %s: unknown (expected: only %s, or optional: true)"
                .formatted(input.getName(), known));
      }
    }
  }

  /** The file below a version folder that holds the model itself. */
  String graphFileName() {
    if (!config.getDefaultModelFilename().isEmpty()) {
      return config.getDefaultModelFilename();
    }
    boolean plan =
        config.getPlatform().equals("tensorrt_plan") || config.getBackend().equals("tensorrt");
    return plan ? "model.plan" : "model.onnx";
  }

  InvalidModelException problem(String problem) {
    return new InvalidModelException(file, problem);
  }
}

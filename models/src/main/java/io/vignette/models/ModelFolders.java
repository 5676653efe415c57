package io.vignette.models;

import static io.vignette.models.ModelTensors.ATTENTION_MASK;
import static io.vignette.models.ModelTensors.IMAGE_FEATURES;
import static io.vignette.models.ModelTensors.INPUT_IDS;
import static io.vignette.models.ModelTensors.MAX_NEW_TOKENS;
import static io.vignette.models.ModelTensors.OUTPUT_IDS;
import static io.vignette.models.ModelTensors.OUTPUT_LENGTHS;
import static io.vignette.models.ModelTensors.PIXELS;
import static io.vignette.models.ModelTensors.SCORES;
import static io.vignette.proto.inference.DataType.TYPE_FP16;
import static io.vignette.proto.inference.DataType.TYPE_FP32;
import static io.vignette.proto.inference.DataType.TYPE_INT64;
import static io.vignette.proto.inference.DataType.TYPE_UINT8;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The three folders of one model, checked against each other and against its profile.
 *
 * <p>The worker feeds the parts or the whole by these declarations alone, so whatever they disagree
 * on would surface as a failed inference of every job.
 */
final class ModelFolders {
  static final String PROFILE = "profile.yaml";
  static final String VISION_ENCODER = "_vision_encoder";
  static final String LLM = "_llm";

  private final Path ensembleFolder;
  private final Path visionEncoderFolder;
  private final Path llmFolder;
  private final String name;

  ModelFolders(Path repository, String name) {
    this.name = name;
    this.ensembleFolder = repository.resolve(name);
    this.visionEncoderFolder = repository.resolve(name + VISION_ENCODER);
    this.llmFolder = repository.resolve(name + LLM);
  }

  /** The folders of a model, the whole last. */
  static List<String> partsOf(String name) {
    return List.of(name + VISION_ENCODER, name + LLM, name);
  }

  Model load() throws InvalidModelException {
    Path profileFile = requireFile(ensembleFolder, PROFILE);
    ModelProfile profile = new ProfileFile(profileFile).read();
    TritonConfig ensemble = TritonConfig.read(ensembleFolder);
    TritonConfig visionEncoder = TritonConfig.read(visionEncoderFolder);
    TritonConfig llm = TritonConfig.read(llmFolder);
    ensemble.requireEnsembleOf(
        visionEncoderFolder.getFileName().toString(), llmFolder.getFileName().toString());
    visionEncoder.requireTakesBatchesOf(ensemble);
    llm.requireTakesBatchesOf(ensemble);
    checkPicture(profile, ensemble, visionEncoder, llm);
    checkPrompt(ensemble, llm);
    int maxNewTokens = checkAnswer(ensemble, llm);
    Path tokenizer = requireFile(ensembleFolder, profile.text().tokenizer());
    Model model =
        new Model(
            name,
            VersionFolder.newestOf(ensembleFolder).version(),
            profile,
            Optional.of(
                new ModelFiles(
                    graph(visionEncoderFolder, visionEncoder), graph(llmFolder, llm), tokenizer)),
            TokenizerFile.vocabularySize(tokenizer),
            ensemble.maxBatchSize(),
            maxNewTokens);
    new ProfileLimits(profileFile, model, ensemble.file(), llm.file()).check();
    return model;
  }

  private void checkPicture(
      ModelProfile profile, TritonConfig ensemble, TritonConfig visionEncoder, TritonConfig llm)
      throws InvalidModelException {
    Tensor pixels = visionEncoder.input(PIXELS).requireType(TYPE_UINT8);
    pixels.requireRank(3, "[height, width, 3]");
    ModelProfile.Image image = profile.image();
    if (pixels.dim(0) != image.height() || pixels.dim(1) != image.width() || pixels.dim(2) != 3) {
      throw new InvalidModelException(
          ensembleFolder.resolve(PROFILE),
          "image: height %d, width %d (expected: [height, width, 3] = %s, as %s)"
              .formatted(image.height(), image.width(), pixels.dims(), pixels));
    }
    ensemble.input(PIXELS).requireSameAs(pixels);
    visionEncoder.requireOnlyInputs(Set.of(PIXELS));
    Tensor features = visionEncoder.output(IMAGE_FEATURES).requireType(TYPE_FP32, TYPE_FP16);
    features.requireRank(2, "[queries, width of an embedding]");
    llm.input(IMAGE_FEATURES).requireSameAs(features);
  }

  private void checkPrompt(TritonConfig ensemble, TritonConfig llm) throws InvalidModelException {
    for (TritonConfig config : new TritonConfig[] {llm, ensemble}) {
      config.input(INPUT_IDS).requireType(TYPE_INT64).requireDims(-1L);
      config.input(ATTENTION_MASK).requireType(TYPE_INT64).requireDims(-1L);
      config.input(MAX_NEW_TOKENS).requireType(TYPE_INT64).requireDims(1L);
    }
    llm.requireOnlyInputs(Set.of(IMAGE_FEATURES, INPUT_IDS, ATTENTION_MASK, MAX_NEW_TOKENS));
    ensemble.requireOnlyInputs(Set.of(PIXELS, INPUT_IDS, ATTENTION_MASK, MAX_NEW_TOKENS));
  }

  /** Returns N, the longest answer. */
  private static int checkAnswer(TritonConfig ensemble, TritonConfig llm)
      throws InvalidModelException {
    Tensor outputIds = llm.output(OUTPUT_IDS).requireType(TYPE_INT64);
    outputIds.requireRank(1, "[longest answer in tokens]");
    llm.output(OUTPUT_LENGTHS).requireType(TYPE_INT64).requireDims(1L);
    llm.output(SCORES).requireType(TYPE_FP32).requireDims(1L);
    ensemble.output(OUTPUT_IDS).requireSameAs(outputIds);
    ensemble.output(OUTPUT_LENGTHS).requireSameAs(llm.output(OUTPUT_LENGTHS));
    ensemble.output(SCORES).requireSameAs(llm.output(SCORES));
    return Math.toIntExact(outputIds.dim(0));
  }

  private static Path graph(Path folder, TritonConfig config) throws InvalidModelException {
    return VersionFolder.newestOf(folder).requireFile(config.graphFileName());
  }

  private static Path requireFile(Path folder, String fileName) throws InvalidModelException {
    Path file = folder.resolve(fileName);
    if (!Files.isRegularFile(file)) {
      throw new InvalidModelException(file, "no such file");
    }
    return file;
  }
}

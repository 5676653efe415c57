package io.vignette.benchmarks;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.Model;
import io.vignette.proto.v1.Generation;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.prompt.PromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Pictures of a folder as an engine takes them: decoded, resized, tokenised, batched. */
final class ReadyBatches {

  private static final int BATCHES_MAX = 16;

  private ReadyBatches() {}

  /** As many different full batches as the folder fills, at most sixteen. */
  static List<InferenceBatch> of(Model model, Path folder, int size) throws Exception {
    List<EncodedPrompt> prompts;
    try (PromptEncoder encoder = PromptEncoder.load(model)) {
      prompts = encoder.encode(List.of(), Generation.getDefaultInstance());
    }
    ImageDecoder decoder = new ImageDecoder();
    List<InferenceItem> items = new ArrayList<>();
    for (Path file : pictures(folder, BATCHES_MAX * size)) {
      DecodedImage image = decoder.decode(Files.readAllBytes(file), ImageLimits.defaults());
      byte[] pixels = BicubicResize.resize(image, model.imageWidth(), model.imageHeight());
      items.add(new InferenceItem(pixels, prompts));
    }
    List<InferenceBatch> batches = new ArrayList<>();
    for (int from = 0; from + size <= items.size(); from += size) {
      batches.add(new InferenceBatch(model, items.subList(from, from + size)));
    }
    return batches;
  }

  private static List<Path> pictures(Path folder, int count) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().limit(count).toList();
    }
  }
}

package io.vignette.benchmarks;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.prompt.PromptEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The engine alone: ready batches, two in flight, nothing else to do.
 *
 * <p>Arguments: model repository, folder of pictures, batch size (0 = the model's preferred),
 * images to infer after the warm-up. Prints {@code images_per_second=…}.
 */
public final class DirectEngine {

  private static final int IN_FLIGHT = 2;
  private static final int WARM_UP_BATCHES = 12;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private DirectEngine() {}

  public static void main(String[] args) throws Exception {
    ModelRepository repository = ModelRepository.load(Path.of(args[0]));
    Model model = repository.defaultModel();
    int batchSize = Integer.parseInt(args[2]);
    int size = batchSize == 0 ? model.preferredBatchSize() : batchSize;
    List<InferenceBatch> batches = batches(model, Path.of(args[1]), size);
    try (OnnxEngine engine =
        new OnnxEngine(repository, new OnnxSettings(1, 1), Clock.systemUTC())) {
      engine.start();
      engine.ready().toCompletableFuture().join();
      run(engine, batches, WARM_UP_BATCHES);
      int rounds = Math.ceilDiv(Integer.parseInt(args[3]), size);
      long start = System.nanoTime();
      run(engine, batches, rounds);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(Locale.ROOT, "images_per_second=%.3f%n", rounds * size / seconds);
    }
  }

  private static void run(OnnxEngine engine, List<InferenceBatch> batches, int count) {
    ArrayDeque<InferenceCall> calls = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      if (calls.size() == IN_FLIGHT) {
        await(calls.remove());
      }
      calls.add(engine.infer(batches.get(i % batches.size()), Instant.now().plus(PATIENCE)));
    }
    calls.forEach(DirectEngine::await);
  }

  private static void await(InferenceCall call) {
    call.items().forEach(item -> item.toCompletableFuture().join());
  }

  /** As many different batches as the folder fills, at most sixteen. */
  private static List<InferenceBatch> batches(Model model, Path folder, int size) throws Exception {
    List<EncodedPrompt> prompts;
    try (PromptEncoder encoder = PromptEncoder.load(model)) {
      prompts = encoder.encode(List.of(), Generation.getDefaultInstance());
    }
    ImageDecoder decoder = new ImageDecoder();
    List<InferenceItem> items = new ArrayList<>();
    for (Path file : pictures(folder, 16 * size)) {
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

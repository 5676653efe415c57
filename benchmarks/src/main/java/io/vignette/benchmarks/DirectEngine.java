package io.vignette.benchmarks;

import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceCall;
import io.vignette.worker.engine.onnx.OnnxEngine;
import io.vignette.worker.engine.onnx.OnnxSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;

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
    List<InferenceBatch> batches = ReadyBatches.of(model, Path.of(args[1]), size);
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
}

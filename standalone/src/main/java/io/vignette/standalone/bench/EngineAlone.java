package io.vignette.standalone.bench;

import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.proto.v1.Prompt;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.EncodedPrompt;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.pipeline.EncoderPrompts;
import io.vignette.worker.pipeline.JobRejectedException;
import io.vignette.worker.preparation.PictureForm;
import io.vignette.worker.prompt.PromptEncoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The engine called with ready batches and nothing else to do: what a machine and an engine can do.
 *
 * <p>As many batches are in flight as the worker would have there. Answers count from the end of
 * the warm-up on.
 */
public final class EngineAlone {
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int ANSWERS_PER_SLOT_MIN = 2;

  private final CaptionEngine engine;
  private final List<InferenceBatch> batches;
  private final Semaphore free;
  private final AtomicInteger counted = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile long countFrom = Long.MAX_VALUE;

  /**
   * What it did.
   *
   * @param batchSize images in a batch
   * @param inFlight batches at the engine at once
   * @param images answered in the time that counts
   */
  public record Result(int batchSize, int inFlight, int images, Duration time) {
    public double imagesPerSecond() {
      return images / (time.toNanos() / 1e9);
    }
  }

  private EngineAlone(CaptionEngine engine, List<InferenceBatch> batches) {
    this.engine = engine;
    this.batches = batches;
    this.free = new Semaphore(engine.inFlightMax());
  }

  /**
   * Measures.
   *
   * @param engine ready; not closed
   * @param files pictures that can be decoded, taken in turn
   * @param time that counts, longer where the engine needs it for two answers a slot
   * @throws IOException if a picture can't be read, or the engine failed
   */
  public static Result measure(
      CaptionEngine engine, Model model, List<Path> files, List<Prompt> prompts, Duration time)
      throws IOException, InterruptedException {
    EngineAlone alone = new EngineAlone(engine, batches(model, files, prompts));
    return alone.run(time);
  }

  private static List<InferenceBatch> batches(Model model, List<Path> files, List<Prompt> prompts)
      throws IOException {
    List<EncodedPrompt> encoded = encoded(model, prompts);
    PictureForm form = PictureForm.of(model);
    ImageDecoder decoder = new ImageDecoder();
    List<InferenceItem> items = new ArrayList<>();
    for (Path file : files) {
      try {
        byte[] picture = form.of(decoder.decode(Files.readAllBytes(file), ImageLimits.defaults()));
        items.add(new InferenceItem(picture, encoded));
      } catch (ImageRejectedException e) {
        throw new IOException(file + ": " + e.getMessage(), e);
      }
    }
    int size = model.preferredBatchSize();
    List<InferenceBatch> batches = new ArrayList<>();
    for (int first = 0; first < items.size(); first++) {
      List<InferenceItem> batch = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        batch.add(items.get((first + i) % items.size()));
      }
      batches.add(new InferenceBatch(model, batch));
    }
    return batches;
  }

  private static List<EncodedPrompt> encoded(Model model, List<Prompt> prompts) throws IOException {
    List<Prompt> asked =
        prompts.isEmpty()
            ? List.of(Prompt.newBuilder().setKind(Prompt.Kind.CAPTION).build())
            : prompts;
    try (PromptEncoders encoders = PromptEncoders.load(ModelRepository.of(model))) {
      return new EncoderPrompts(encoders).encode(model, asked, Generation.getDefaultInstance());
    } catch (JobRejectedException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private void throwFailure() throws IOException {
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IOException("engine: " + thrown.getMessage(), thrown);
    }
  }

  private Result run(Duration time) throws IOException, InterruptedException {
    int slots = engine.inFlightMax();
    long start = System.nanoTime();
    long from = start + WARM_UP.toNanos();
    long end = from + time.toNanos();
    countFrom = from;
    long now = start;
    for (int i = 0; failure.get() == null && isGoingOn(now, end, slots); i++) {
      free.acquire();
      send(batches.get(i % batches.size()));
      now = System.nanoTime();
    }
    int images = counted.get();
    Duration counting = Duration.ofNanos(Math.max(1, now - from));
    throwFailure();
    free.acquire(slots);
    throwFailure();
    return new Result(batches.getFirst().items().size(), slots, images, counting);
  }

  private boolean isGoingOn(long now, long end, int slots) {
    int enough = ANSWERS_PER_SLOT_MIN * slots * batches.getFirst().items().size();
    return now - end < 0 || counted.get() < enough;
  }

  /** An engine that throws has failed, too. */
  private CompletableFuture<Void> answers(InferenceBatch batch) {
    try {
      return CompletableFuture.allOf(
          engine.infer(batch, Instant.now().plus(PATIENCE)).items().stream()
              .map(item -> item.toCompletableFuture())
              .toArray(CompletableFuture[]::new));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void send(InferenceBatch batch) {
    answers(batch)
        .whenComplete(
            (done, thrown) -> {
              if (thrown != null) {
                failure.compareAndSet(null, thrown.getCause() == null ? thrown : thrown.getCause());
              } else if (System.nanoTime() - countFrom >= 0) {
                counted.addAndGet(batch.items().size());
              }
              free.release();
            });
  }
}

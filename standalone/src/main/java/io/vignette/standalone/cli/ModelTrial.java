package io.vignette.standalone.cli;

import io.vignette.images.DecodedImage;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.Model;
import io.vignette.models.ModelRepository;
import io.vignette.proto.v1.Generation;
import io.vignette.standalone.composition.EngineChoice;
import io.vignette.wire.Reason;
import io.vignette.worker.engine.CaptionEngine;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.onnx.OnnxSettings;
import io.vignette.worker.engine.triton.TritonListener;
import io.vignette.worker.prompt.PromptEncoder;
import io.vignette.worker.prompt.PromptRejectedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A model loaded to caption single pictures, without broker and queue. */
final class ModelTrial implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration SERVER_PATIENCE = Duration.ofSeconds(15);

  /**
   * What it said.
   *
   * @param confidence 0 to 1
   */
  record Caption(String text, int tokens, double confidence, Duration took) {}

  private final Model model;
  private final CaptionEngine engine;
  private final PromptEncoder prompts;

  private ModelTrial(Model model, CaptionEngine engine, PromptEncoder prompts) {
    this.model = model;
    this.engine = engine;
    this.prompts = prompts;
  }

  /**
   * Loads tokenizer and graphs.
   *
   * @throws UsageException if the model can't be used, and why
   */
  static ModelTrial load(Model model, EngineChoice choice)
      throws UsageException, InterruptedException {
    PromptEncoder prompts = promptsOf(model);
    CaptionEngine engine =
        choice.engine(
            ModelRepository.of(model),
            OnnxSettings.DEFAULT,
            Clock.systemUTC(),
            () -> TritonListener.NONE);
    ModelTrial trial = new ModelTrial(model, engine, prompts);
    try {
      engine.start();
      // A server may be waited for without end.
      boolean isRemote = choice instanceof EngineChoice.Triton;
      await(engine.ready(), isRemote ? SERVER_PATIENCE : PATIENCE, () -> engine.health().detail());
      return trial;
    } catch (UsageException e) {
      trial.close();
      throw e;
    }
  }

  private static PromptEncoder promptsOf(Model model) throws UsageException {
    try {
      return PromptEncoder.load(model);
    } catch (IOException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** A picture of the model's size without anything on it. */
  static DecodedImage grey(Model model) {
    byte[] pixels = new byte[model.imageBytes()];
    Arrays.fill(pixels, (byte) 128);
    return new DecodedImage(model.imageWidth(), model.imageHeight(), pixels);
  }

  Caption caption(DecodedImage image) throws UsageException, InterruptedException {
    byte[] pixels = BicubicResize.resize(image, model.imageWidth(), model.imageHeight());
    long start = System.nanoTime();
    GeneratedText.Tokens answer = infer(pixels);
    return new Caption(
        prompts.decode(answer.tokenIds()),
        answer.tokenIds().length,
        Math.clamp(Math.exp(answer.score()), 0.0, 1.0),
        Duration.ofNanos(System.nanoTime() - start));
  }

  private GeneratedText.Tokens infer(byte[] pixels) throws UsageException, InterruptedException {
    try {
      InferenceItem item =
          new InferenceItem(pixels, prompts.encode(List.of(), Generation.getDefaultInstance()));
      InferenceBatch batch = new InferenceBatch(model, List.of(item));
      return await(
              engine.infer(batch, Instant.now().plus(PATIENCE)).items().getFirst(),
              PATIENCE,
              () -> "an answer")
          .getFirst()
          .tokens();
    } catch (PromptRejectedException e) {
      throw new UsageException(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private static <T> T await(CompletionStage<T> stage, Duration patience, Supplier<String> awaited)
      throws UsageException, InterruptedException {
    try {
      return stage.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InferenceFailure failure) {
        throw new UsageException(failure.reason(), String.valueOf(failure.getMessage()));
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new UsageException(
          Reason.MODEL_UNAVAILABLE,
          "engine: not within %d s: %s".formatted(patience.toSeconds(), awaited.get()));
    }
  }

  @Override
  public void close() {
    engine.close();
    prompts.close();
  }
}

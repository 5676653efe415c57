package io.vignette.standalone.cli;

import io.vignette.images.DecodedImage;
import io.vignette.models.Model;
import io.vignette.proto.v1.Generation;
import io.vignette.worker.engine.GeneratedText;
import io.vignette.worker.engine.InferenceBatch;
import io.vignette.worker.engine.InferenceFailure;
import io.vignette.worker.engine.InferenceItem;
import io.vignette.worker.engine.openai.OpenAiEngine;
import io.vignette.worker.engine.openai.OpenAiSettings;
import io.vignette.worker.preparation.PictureForm;
import io.vignette.worker.prompt.PromptRejectedException;
import io.vignette.worker.prompt.WordEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server asked about a single grey picture. */
final class ServerTrial {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SIDE = 64;

  private ServerTrial() {}

  /**
   * What the server says of itself, and how long its answer took.
   *
   * @throws UsageException if it can't be used, and why
   */
  static String caption(Model model, OpenAiSettings settings)
      throws UsageException, InterruptedException {
    try (OpenAiEngine engine = new OpenAiEngine(settings, Clock.systemUTC())) {
      engine.start();
      await(engine.ready());
      long start = System.nanoTime();
      List<GeneratedText> answers =
          await(engine.infer(batch(model), Instant.now().plus(PATIENCE)).items().getFirst());
      return "%s; it answers %d question in %d ms"
          .formatted(
              engine.health().detail(),
              answers.size(),
              Duration.ofNanos(System.nanoTime() - start).toMillis());
    } catch (PromptRejectedException e) {
      throw new UsageException(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  private static InferenceBatch batch(Model model) throws PromptRejectedException {
    byte[] rgb = new byte[3 * SIDE * SIDE];
    Arrays.fill(rgb, (byte) 128);
    byte[] picture = PictureForm.of(model).of(new DecodedImage(SIDE, SIDE, rgb));
    return new InferenceBatch(
        model,
        List.of(
            new InferenceItem(
                picture,
                new WordEncoder(model).encode(List.of(), Generation.getDefaultInstance()))));
  }

  private static <T> T await(CompletionStage<T> stage) throws UsageException, InterruptedException {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      InferenceFailure failure = InferenceFailure.from(e);
      throw new UsageException(failure.reason(), String.valueOf(failure.getMessage()));
    } catch (TimeoutException e) {
      throw new UsageException("server: no answer within " + PATIENCE.toMinutes() + " minutes");
    }
  }
}

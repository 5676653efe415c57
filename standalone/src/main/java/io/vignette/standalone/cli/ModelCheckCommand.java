package io.vignette.standalone.cli;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.codec.ImageDecoder;
import io.vignette.models.Model;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vignette model check}: holds a model's files against each other and runs a picture. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Checks a model's profile, configurations, tokenizer and graphs against each other, and"
            + " runs one picture through it.")
final class ModelCheckCommand implements Callable<Integer> {

  private static final String LINE = "%-10s ok  %s%n";

  @Parameters(paramLabel = "NAME", description = "The model, as vignette model list names it.")
  private String name = "";

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "The picture to caption (default: a grey one).")
  private @Nullable Path image;

  @Mixin private EngineOptions engineOptions = new EngineOptions();
  @Mixin private ModelFolder folder = new ModelFolder();

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws UsageException, InterruptedException {
    Model model = folder.load(name);
    out.printf(
        LINE,
        "files",
        "profile, three configurations and a tokenizer of %d tokens agree"
            .formatted(model.vocabularySize()));
    DecodedImage picture = picture(model);
    try (ModelTrial trial = ModelTrial.load(model, engineOptions.choose(Optional.empty()))) {
      out.printf(LINE, "graphs", "names, types and shapes are as configured");
      ModelTrial.Caption caption = trial.caption(picture);
      out.printf(
          LINE,
          "picture",
          "\"%s\" (%d tokens, confidence %.3f, %d ms)"
              .formatted(
                  caption.text(),
                  caption.tokens(),
                  caption.confidence(),
                  caption.took().toMillis()));
    }
    return Program.OK;
  }

  private DecodedImage picture(Model model) throws UsageException {
    if (image == null) {
      return ModelTrial.grey(model);
    }
    ImageLimits limits = ImageLimits.defaults();
    try {
      if (Files.size(image) > limits.maxBytes()) {
        throw ImageRejectedException.tooLarge(String.valueOf(Files.size(image)), limits.maxBytes());
      }
      return new ImageDecoder().decode(Files.readAllBytes(image), limits);
    } catch (ImageRejectedException e) {
      throw new UsageException(e.reason(), image + ": " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException(image + ": cannot be read: " + e);
    }
  }
}

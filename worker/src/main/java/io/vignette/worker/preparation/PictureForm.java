package io.vignette.worker.preparation;

import io.vignette.images.DecodedImage;
import io.vignette.images.codec.TargetSize;
import io.vignette.models.Model;
import java.util.Optional;

/** How a model takes pictures. Called on the threads that decode. */
@FunctionalInterface
public interface PictureForm {

  /** The picture's bytes in this form. */
  byte[] of(DecodedImage image);

  /** What every picture is resized to; empty where that depends on its shape. */
  default Optional<TargetSize> target() {
    return Optional.empty();
  }

  /** Pixels at the model's size, or a file where the model's server resizes. */
  static PictureForm of(Model model) {
    int width = model.imageWidth();
    int height = model.imageHeight();
    return model.takesWords()
        ? new SentPicture(Math.max(width, height))::of
        : new ModelPixels(new TargetSize(width, height));
  }
}

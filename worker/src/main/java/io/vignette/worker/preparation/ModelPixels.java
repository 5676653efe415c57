package io.vignette.worker.preparation;

import io.vignette.images.DecodedImage;
import io.vignette.images.codec.TargetSize;
import io.vignette.images.tensor.BicubicResize;
import java.util.Optional;

/** Pixels at a model's size, whatever shape the picture had. */
record ModelPixels(TargetSize size) implements PictureForm {
  @Override
  public byte[] of(DecodedImage image) {
    return BicubicResize.resize(image, size.width(), size.height());
  }

  @Override
  public Optional<TargetSize> target() {
    return Optional.of(size);
  }
}

package io.vignette.worker.preparation;

import io.vignette.proto.v1.ImageReference;
import java.util.concurrent.CompletionStage;

/** Port: makes of image references what models take. Thread-safe; never blocks. */
public interface Preparer extends AutoCloseable {

  /**
   * The picture in a form.
   *
   * @return exceptionally an {@link io.vignette.images.ImageRejectedException} if the picture
   *     cannot be captioned
   */
  CompletionStage<PreparedImage> prepare(ImageReference image, PictureForm form);

  /** Takes no more work; what runs goes on. */
  @Override
  void close();
}

package io.vignette.worker.preparation;

import io.vignette.proto.v1.ImageReference;
import java.util.concurrent.CompletionStage;

/** Port: makes pixels of image references. Thread-safe; never blocks. */
public interface Preparer extends AutoCloseable {

  /**
   * The picture at the given size.
   *
   * @return exceptionally an {@link io.vignette.images.ImageRejectedException} if the picture
   *     cannot be captioned
   */
  CompletionStage<PreparedImage> prepare(ImageReference image, int width, int height);

  /** Takes no more work; what runs goes on. */
  @Override
  void close();
}

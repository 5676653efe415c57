package io.vignette.worker.preparation;

import io.vignette.proto.v1.ImageReference;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Port: makes of image references what models take. Thread-safe; never blocks. */
public interface Preparer extends AutoCloseable {

  /**
   * The picture in a form.
   *
   * @param beforeDecoding asked once the image's bytes are there; decoding begins when its stage
   *     completes, and the preparation fails as it does
   * @param unwanted once it completes the fetch is cut: nobody wants the picture any more
   * @return exceptionally an {@link io.vignette.images.ImageRejectedException} if the picture
   *     cannot be captioned
   */
  CompletionStage<PreparedImage> prepare(
      ImageReference image,
      PictureForm form,
      Supplier<CompletionStage<Void>> beforeDecoding,
      CompletionStage<?> unwanted);

  /** Takes no more work; what runs goes on. */
  @Override
  void close();
}

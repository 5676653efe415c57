package io.vignette.worker.preparation;

import io.vignette.proto.v1.ImageReference;
import java.util.concurrent.CompletionStage;

/** Port: makes of image references what models take. Thread-safe; never blocks. */
public interface Preparer extends AutoCloseable {

  /**
   * The picture in a form.
   *
   * @param unwanted once it completes nobody wants the picture any more: a fetch is cut, and
   *     decoding does not begin
   * @return exceptionally an {@link io.vignette.images.ImageRejectedException} if the picture
   *     cannot be captioned
   */
  CompletionStage<PreparedImage> prepare(
      ImageReference image, PictureForm form, Watcher watcher, CompletionStage<?> unwanted);

  /** Hears how far a preparation is. Called by threads that must not be held up. */
  interface Watcher {
    /**
     * The image's bytes are there.
     *
     * @return decoding may begin when it completes, and the preparation fails as it does
     */
    CompletionStage<Void> fetched();

    /** Decoding has begun: whatever may be waited for has been waited for. */
    void decoding();
  }

  /** Takes no more work; what runs goes on. */
  @Override
  void close();
}

package io.vignette.worker.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.codec.TargetSize;
import io.vignette.images.source.BlobReference;
import io.vignette.images.source.BlobStore;
import io.vignette.images.source.ImageLoader;
import io.vignette.images.source.RunFiles;
import io.vignette.images.tensor.BicubicResize;
import io.vignette.models.Model;
import io.vignette.proto.v1.ImageReference;
import io.vignette.worker.engine.GoldenAnswers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PooledPreparerTest {
  private static final long LARGE_FROM_PIXELS = 1_000;

  private static final Preparer.Watcher AT_ONCE =
      new Preparer.Watcher() {
        @Override
        public CompletionStage<Void> fetched() {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public void decoding() {}
      };

  private final PooledPreparer preparer =
      new PooledPreparer(
          new ImageLoader(new RunFiles(), ImageLimits.defaults()),
          ImageLimits.defaults(),
          1,
          LARGE_FROM_PIXELS,
          false);

  @AfterEach
  void close() {
    preparer.close();
  }

  @Test
  void preparesASmallPicture() throws Exception {
    PreparedImage prepared = prepare(picture(20, 10));

    assertThat(prepared.picture()).hasSize(3 * 8 * 8);
    assertThat(prepared.decodeNanos()).isPositive();
  }

  @Test
  void preparesALargePictureToo() throws Exception {
    assertThat(prepare(picture(100, 100)).picture()).hasSize(3 * 8 * 8);
  }

  @Test
  void reducesAPictureForAFormThatResizesIfItIsTold() throws Exception {
    SizeSeen resizing = new SizeSeen(Optional.of(new TargetSize(8, 8)));
    SizeSeen other = new SizeSeen(Optional.empty());
    byte[] file = picture(64, 48, "jpg");

    prepare(preparer, file, resizing);
    assertThat(resizing.size()).isEqualTo("64x48");
    try (PooledPreparer told =
        new PooledPreparer(
            new ImageLoader(new RunFiles(), ImageLimits.defaults()),
            ImageLimits.defaults(),
            1,
            LARGE_FROM_PIXELS,
            true)) {
      prepare(told, file, resizing);
      assertThat(resizing.size()).isEqualTo(told.lacksScaledDecode() ? "64x48" : "32x24");
      prepare(told, file, other);
      assertThat(other.size()).isEqualTo("64x48");
    }
  }

  @Test
  void aModelsFormSaysWhatItResizesTo() throws Exception {
    Model model = GoldenAnswers.repository().defaultModel();

    assertThat(PictureForm.of(model).target()).contains(new TargetSize(224, 224));
  }

  @Test
  void refusesWhatIsNoPicture() {
    assertThatThrownBy(() -> prepare(new byte[] {1, 2, 3}))
        .hasCauseInstanceOf(ImageRejectedException.class);
  }

  @Test
  void aFetchThatNobodyWantsAnyMoreIsCut() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch cut = new CountDownLatch(1);
    BlobStore never =
        new StalledStore(
            () -> {
              began.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                cut.countDown();
              }
            });
    CompletableFuture<Void> unwanted = new CompletableFuture<>();
    try (PooledPreparer stalled =
        new PooledPreparer(
            new ImageLoader(never, ImageLimits.defaults()),
            ImageLimits.defaults(),
            1,
            1_000,
            false)) {
      CompletableFuture<PreparedImage> prepared =
          stalled
              .prepare(
                  ImageReference.newBuilder().setBlob("never").build(),
                  image -> BicubicResize.resize(image, 8, 8),
                  AT_ONCE,
                  unwanted)
              .toCompletableFuture();
      assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();

      unwanted.complete(null);

      assertThat(cut.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(prepared).failsWithin(Duration.ofSeconds(10));
      assertThat(stalled.open()).isZero();
    }
  }

  @Test
  void aDecodeThatTakesForEverHoldsUpNoOther() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Void> unwanted = new CompletableFuture<>();
    CompletableFuture<PreparedImage> stuck =
        preparer
            .prepare(
                ImageReference.newBuilder().setInline(ByteString.copyFrom(picture(2, 2))).build(),
                image -> {
                  began.countDown();
                  awaitQuietly(goOn);
                  return new byte[1];
                },
                AT_ONCE,
                unwanted)
            .toCompletableFuture();
    assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();

    unwanted.complete(null);

    assertThat(prepare(picture(20, 10)).picture()).isNotEmpty();
    assertThat(stuck).isNotDone();
    goOn.countDown();
    assertThat(stuck).succeedsWithin(Duration.ofSeconds(10));
    assertThat(prepare(picture(20, 10)).picture()).isNotEmpty();
  }

  @Test
  void whatNobodyWantsIsNotDecoded() throws Exception {
    assertThat(
            preparer.prepare(
                ImageReference.newBuilder().setInline(ByteString.copyFrom(picture(2, 2))).build(),
                image -> new byte[1],
                AT_ONCE,
                CompletableFuture.completedFuture(null)))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withMessageContaining("nobody wants");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Keeps the size of the last picture. */
  private static final class SizeSeen implements PictureForm {
    private final Optional<TargetSize> target;
    private final AtomicReference<String> size = new AtomicReference<>("");

    SizeSeen(Optional<TargetSize> target) {
      this.target = target;
    }

    @Override
    public byte[] of(DecodedImage image) {
      size.set(image.width() + "x" + image.height());
      return new byte[1];
    }

    @Override
    public Optional<TargetSize> target() {
      return target;
    }

    String size() {
      return size.get();
    }
  }

  /** Reads nothing, for as long as it likes. */
  private record StalledStore(Runnable reading) implements BlobStore {
    @Override
    public boolean understands(String reference) {
      return true;
    }

    @Override
    public BlobReference put(InputStream in, long limitBytes) {
      throw new UnsupportedOperationException("put");
    }

    @Override
    public byte[] read(String reference, long limitBytes) {
      reading.run();
      return new byte[0];
    }

    @Override
    public void delete(String reference) {}

    @Override
    public long deleteOlderThan(Instant instant) {
      return 0;
    }
  }

  private PreparedImage prepare(byte[] file) throws Exception {
    return prepare(preparer, file, image -> BicubicResize.resize(image, 8, 8));
  }

  private static PreparedImage prepare(PooledPreparer by, byte[] file, PictureForm form)
      throws Exception {
    return by.prepare(
            ImageReference.newBuilder().setInline(ByteString.copyFrom(file)).build(),
            form,
            AT_ONCE,
            new CompletableFuture<>())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static byte[] picture(int width, int height) throws IOException {
    return picture(width, height, "png");
  }

  private static byte[] picture(int width, int height, String type) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), type, file);
    return file.toByteArray();
  }
}

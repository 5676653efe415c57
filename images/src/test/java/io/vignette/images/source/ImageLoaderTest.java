package io.vignette.images.source;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.vignette.images.EncodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.proto.v1.ImageReference;
import io.vignette.wire.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLoaderTest {
  private static final byte[] BYTES = {1, 2, 3, 4};
  private static final ImageLimits LIMITS =
      new ImageLimits(4, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));

  @TempDir Path folder;
  private final RunFiles files = new RunFiles();
  private final ImageLoader loader = new ImageLoader(files, LIMITS);

  @AfterEach
  void close() {
    loader.close();
  }

  @Test
  void loadsInlineBytes() throws Exception {
    assertThat(loader.load(inline(BYTES).build()).bytes()).isEqualTo(BYTES);
  }

  @Test
  void loadsABlob() throws Exception {
    String reference = files.register(Files.write(folder.resolve("a"), BYTES));

    EncodedImage image = loader.load(ImageReference.newBuilder().setBlob(reference).build());

    assertThat(image.bytes()).isEqualTo(BYTES);
  }

  @Test
  void refusesAPrivateUrl() {
    assertRejected(
        Reason.IMAGE_FORBIDDEN_ADDRESS,
        () -> loader.load(ImageReference.newBuilder().setUrl("http://127.0.0.1/a.png").build()));
  }

  @Test
  void acceptsWhatIsAsSubmitted() throws Exception {
    ImageReference reference =
        inline(BYTES).setSizeBytes(4).setSha256(new EncodedImage(BYTES).sha256()).build();

    assertThat(loader.load(reference).sizeBytes()).isEqualTo(4);
  }

  @Test
  void refusesAnotherChecksumThanSubmitted() {
    assertRejected(Reason.IMAGE_CHANGED, () -> loader.load(inline(BYTES).setSha256("00ff").build()))
        .hasMessageContaining("(expected: 00ff as submitted)");
  }

  @Test
  void refusesAnotherSizeThanSubmitted() {
    assertRejected(Reason.IMAGE_CHANGED, () -> loader.load(inline(BYTES).setSizeBytes(5).build()))
        .hasMessage("image size: 4 bytes (expected: 5 as submitted)");
  }

  @Test
  void refusesTheLargeTheEmptyAndTheMissing() {
    assertRejected(Reason.IMAGE_TOO_LARGE, () -> loader.load(inline(new byte[5]).build()));
    assertRejected(Reason.IMAGE_EMPTY, () -> loader.load(inline(new byte[0]).build()));
    assertRejected(Reason.IMAGE_EMPTY, () -> loader.load(ImageReference.getDefaultInstance()));
  }

  private static ImageReference.Builder inline(byte[] bytes) {
    return ImageReference.newBuilder().setInline(ByteString.copyFrom(bytes));
  }
}

package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vignette.images.DecodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Says the same with libturbojpeg and without. Skipped where the library is not installed. */
class TurboJpegTest {
  private static final int MUTATIONS = 150;

  private static final Optional<TurboJpeg> TURBO = TurboJpeg.find();

  private final ImageDecoder with = new ImageDecoder(TURBO);
  private final ImageDecoder without = new ImageDecoder(Optional.empty());

  static List<String> pictures() {
    return Goldens.pictures().stream().filter(name -> name.endsWith(".jpg")).toList();
  }

  @BeforeEach
  void requireLibrary() {
    assumeTrue(TURBO.isPresent(), "libturbojpeg is not installed");
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void decodesTheSamePixels(String name) {
    byte[] file = Goldens.bytes("decode", name);

    assertThat(outcome(with, file)).isEqualTo(outcome(without, file));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void acceptsAndRefusesTheSameBrokenFiles(String name) {
    Random random = new Random(name.hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = Goldens.bytes("decode", name).clone();
      file[20 + random.nextInt(file.length - 20)] ^= (byte) (1 << random.nextInt(8));

      assertThat(verdict(outcome(with, file)))
          .as("mutation %d", i)
          .isEqualTo(verdict(outcome(without, file)));
    }
  }

  @Test
  void decodesByItselfWhatIsWhole() throws Exception {
    JpegStructure structure = JpegStructure.of(new Bytes(Goldens.bytes("decode", "jpeg-420.jpg")));

    // A pool of its own: another test may hold all sessions of the shared one.
    assertThat(TurboJpeg.find().orElseThrow().decode(structure)).isPresent();
  }

  @Test
  void isAbsentWhereThereIsNoSuchFile() {
    assertThat(TurboJpegLibrary.load("/there/is/no/such/library.so")).isEmpty();
  }

  /** Samples beyond the range of a byte, as only broken files have, are cut off differently. */
  private static String verdict(String outcome) {
    return outcome.replaceFirst("^(\\d+x\\d+) .*", "$1");
  }

  private static String outcome(ImageDecoder decoder, byte[] file) {
    try {
      DecodedImage image = decoder.decode(file, ImageLimits.defaults());
      return image.width() + "x" + image.height() + " " + Arrays.hashCode(image.rgb());
    } catch (ImageRejectedException e) {
      return e.reason() + ": " + e.getMessage();
    }
  }
}

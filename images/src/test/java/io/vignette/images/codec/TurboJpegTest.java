package io.vignette.images.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vignette.images.DecodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Says the same with libturbojpeg and without. Skipped where the library is not installed, but in
 * .ci/run it fails then.
 */
class TurboJpegTest {
  private static final int MUTATIONS = 150;
  private static final String QUANTIZATION_TABLE = "\u00FF\u00DB";
  private static final String HUFFMAN_TABLE = "\u00FF\u00C4";

  private static final Optional<TurboJpeg> TURBO = TurboJpeg.find();

  private final ImageDecoder with = new ImageDecoder(TURBO);
  private final ImageDecoder without = new ImageDecoder(Optional.empty());

  static List<String> pictures() {
    return Goldens.pictures().stream().filter(name -> name.endsWith(".jpg")).toList();
  }

  @BeforeEach
  void requireLibrary() {
    if (System.getenv("VIGNETTE_SKIP_NOTHING") != null) {
      assertThat(TURBO).as("libturbojpeg (expected: installed)").isPresent();
    }
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

      String verdict = verdict(outcome(without, file));
      // The library has standard tables for such files.
      if (!verdict.contains("Huffman table")) {
        assertThat(verdict(outcome(with, file))).as("mutation %d", i).isEqualTo(verdict);
      }
    }
  }

  /** Elsewhere the platform's decoder may have stepped in unnoticed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg-444.jpg",
        "jpeg-422.jpg",
        "jpeg-420.jpg",
        "jpeg-grey.jpg",
        "jpeg-progressive.jpg"
      })
  void decodesByItselfWhatIsWhole(String name) throws Exception {
    byte[] file = Goldens.bytes("decode", name);

    Optional<DecodedImage> decoded =
        TURBO.orElseThrow().decode(JpegStructure.of(new Bytes(file)), 1);

    assertThat(decoded.map(TurboJpegTest::text)).contains(outcome(without, file));
  }

  @Test
  void aFileWithABrokenHeaderSpoilsNoLaterOne() throws Exception {
    byte[] file = Goldens.bytes("decode", "jpeg-420.jpg").clone();
    file[indexOf(file, HUFFMAN_TABLE) + 5] = (byte) 0xFF; // 255 codes of one bit
    byte[] whole = Goldens.bytes("decode", "jpeg-420.jpg");

    assertThat(inEverySession(file)).allMatch(Optional::isEmpty);

    assertThat(inEverySession(whole)).allMatch(Optional::isPresent);
  }

  @Test
  void aFileWithoutTablesGetsNoneOfAnEarlierOne() throws Exception {
    byte[] file = Goldens.bytes("decode", "jpeg-420.jpg").clone();
    file[indexOf(file, QUANTIZATION_TABLE) + 1] = (byte) 0xFE; // a comment now
    inEverySession(Goldens.bytes("decode", "jpeg-420.jpg"));

    assertThat(inEverySession(file)).allMatch(Optional::isEmpty);
  }

  private static List<Optional<DecodedImage>> inEverySession(byte[] file) throws Exception {
    JpegStructure structure = JpegStructure.of(new Bytes(file));
    List<Optional<DecodedImage>> decoded = new ArrayList<>();
    for (int session = 0; session < Runtime.getRuntime().availableProcessors(); session++) {
      decoded.add(TURBO.orElseThrow().decode(structure, 1));
    }
    return decoded;
  }

  private static int indexOf(byte[] file, String marker) {
    return new String(file, ISO_8859_1).indexOf(marker);
  }

  /** Samples beyond the range of a byte, as only broken files have, are cut off differently. */
  private static String verdict(String outcome) {
    return outcome.replaceFirst("^(\\d+x\\d+) .*", "$1");
  }

  private static String outcome(ImageDecoder decoder, byte[] file) {
    try {
      return text(decoder.decode(file, ImageLimits.defaults()));
    } catch (ImageRejectedException e) {
      return e.reason() + ": " + e.getMessage();
    }
  }

  private static String text(DecodedImage image) {
    return image.width() + "x" + image.height() + " " + Arrays.hashCode(image.rgb());
  }
}

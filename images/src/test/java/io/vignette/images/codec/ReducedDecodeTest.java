package io.vignette.images.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vignette.images.DecodedImage;
import io.vignette.images.EncodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.images.tensor.BicubicResize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is left of a picture whose target size is known. Where libturbojpeg is not installed, what
 * needs it is skipped; in .ci/run it fails then.
 */
class ReducedDecodeTest {
  private static final Pattern CASE =
      Pattern.compile(
          "\"file\": \"([^\"]+)\", \"target_width\": (\\d+), \"target_height\": (\\d+),"
              + " \"divisor\": (\\d+), \"width\": (\\d+), \"height\": (\\d+),"
              + " \"sha256\": \"([0-9a-f]+)\", \"resized_sha256\": \"([0-9a-f]+)\"");
  private static final int MUTATIONS = 150;

  private static final Optional<TurboJpeg> TURBO = TurboJpeg.find();

  record Golden(
      String file,
      TargetSize target,
      int divisor,
      int width,
      int height,
      String sha256,
      String resizedSha256) {}

  static List<Golden> goldens() {
    String json = new String(Goldens.bytes("reduced", "golden.json"), StandardCharsets.UTF_8);
    return CASE.matcher(json)
        .results()
        .map(
            found ->
                new Golden(
                    found.group(1),
                    new TargetSize(
                        Integer.parseInt(found.group(2)), Integer.parseInt(found.group(3))),
                    Integer.parseInt(found.group(4)),
                    Integer.parseInt(found.group(5)),
                    Integer.parseInt(found.group(6)),
                    found.group(7),
                    found.group(8)))
        .toList();
  }

  static Stream<String> files() {
    return goldens().stream().map(Golden::file).distinct();
  }

  @Test
  void thereAreGoldensForEveryDivisor() {
    assertThat(goldens()).hasSizeGreaterThanOrEqualTo(90);
    for (int divisor : new int[] {1, 2, 4, 8}) {
      assertThat(goldens().stream().filter(golden -> golden.divisor() == divisor))
          .as("divisor %d", divisor)
          .hasSizeGreaterThanOrEqualTo(10);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void equalsLibjpegByteForByte(Golden golden) throws Exception {
    requireLibrary();

    DecodedImage decoded = decode(new ImageDecoder(TURBO), golden);

    assertThat(decoded.width()).isEqualTo(golden.width());
    assertThat(decoded.height()).isEqualTo(golden.height());
    assertThat(sha256(decoded.rgb())).isEqualTo(golden.sha256());
    assertThat(
            sha256(
                BicubicResize.resize(decoded, golden.target().width(), golden.target().height())))
        .isEqualTo(golden.resizedSha256());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void withoutTheLibraryNothingIsReduced(Golden golden) throws Exception {
    ImageDecoder without = new ImageDecoder(Optional.empty());
    byte[] file = Goldens.bytes("reduced", golden.file());

    assertThat(without.hasLibturbojpeg()).isFalse();
    assertThat(decode(without, golden).rgb())
        .isEqualTo(without.decode(file, ImageLimits.defaults()).rgb());
  }

  @ParameterizedTest
  @MethodSource("files")
  void withoutATargetNothingIsReduced(String name) throws Exception {
    byte[] file = Goldens.bytes("reduced", name);

    assertThat(new ImageDecoder(TURBO).decode(file, ImageLimits.defaults()).rgb())
        .isEqualTo(new ImageDecoder(Optional.empty()).decode(file, ImageLimits.defaults()).rgb());
  }

  /** The rest of the picture is the platform's to judge, in full. */
  @ParameterizedTest
  @MethodSource("files")
  void acceptsAndRefusesTheSameBrokenFiles(String name) {
    requireLibrary();
    Random random = new Random(name.hashCode());
    Optional<TargetSize> target = Optional.of(new TargetSize(15, 10));
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] file = Goldens.bytes("reduced", name).clone();
      file[20 + random.nextInt(file.length - 20)] ^= (byte) (1 << random.nextInt(8));

      String verdict = verdict(new ImageDecoder(Optional.empty()), file, Optional.empty());
      // The library has standard tables for such files.
      if (!verdict.contains("Huffman table")) {
        assertThat(verdict(new ImageDecoder(TURBO), file, target))
            .as("mutation %d", i)
            .isEqualTo(verdict);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "896, 896, 2",
    "895, 896, 1",
    "896, 895, 1",
    "1791, 5000, 2",
    "1792, 1792, 4",
    "3583, 3584, 4",
    "3584, 3584, 8",
    "65535, 65535, 8",
    "4294967295, 4294967295, 8",
    "4294967295, 1, 1",
  })
  void leavesTwiceTheTargetOnBothSides(long width, long height, int divisor) {
    assertThat(new TargetSize(224, 224).divisorFor(new Size(width, height))).isEqualTo(divisor);
  }

  /** Ceilings: a side of 2^32 - 1 does not overflow. */
  @Test
  void roundsSidesUp() {
    assertThat(new Size(17, 0xFFFF_FFFFL).dividedBy(8)).isEqualTo(new Size(3, 0x2000_0000L));
  }

  private static void requireLibrary() {
    if (System.getenv("VIGNETTE_SKIP_NOTHING") != null) {
      assertThat(TURBO).as("libturbojpeg (expected: installed)").isPresent();
    }
    assumeTrue(TURBO.isPresent(), "libturbojpeg is not installed");
  }

  private static DecodedImage decode(ImageDecoder decoder, Golden golden) throws Exception {
    return decoder.decode(
        Goldens.bytes("reduced", golden.file()),
        ImageLimits.defaults(),
        Optional.of(golden.target()),
        () -> {});
  }

  private static String verdict(ImageDecoder decoder, byte[] file, Optional<TargetSize> target) {
    try {
      decoder.decode(file, ImageLimits.defaults(), target, () -> {});
      return "a picture";
    } catch (ImageRejectedException e) {
      return e.reason() + ": " + e.getMessage();
    }
  }

  private static String sha256(byte[] rgb) {
    return new EncodedImage(rgb).sha256();
  }
}

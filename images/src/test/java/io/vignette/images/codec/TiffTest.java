package io.vignette.images.codec;

import static io.vignette.images.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TiffTest {
  private static final int NONE = 1;
  private static final int FAX_T4 = 3;
  private static final int LZW = 5;
  private static final int DEFLATE = 8;
  private static final int PACK_BITS = 32_773;

  private final ImageDecoder decoder = new ImageDecoder();

  /** Six samples and their packed forms. */
  static Stream<Arguments> packed() {
    byte[] samples = {7, 7, 7, 9, 10, 11};
    return Stream.of(
        Arguments.of(NONE, samples),
        Arguments.of(DEFLATE, deflated(samples)),
        Arguments.of(32_946, deflated(samples)),
        // A run of three, nothing, then three different ones.
        Arguments.of(PACK_BITS, new byte[] {-2, 7, -128, 2, 9, 10, 11}),
        Arguments.of(LZW, lzw(256, 7, 258, 9, 10, 11, 257)));
  }

  @ParameterizedTest
  @MethodSource("packed")
  void decodesEachCompression(int compression, byte[] packed) throws Exception {
    assertThat(greys(grey(3, 2, compression).strip(packed))).containsExactly(7, 7, 7, 9, 10, 11);
  }

  /** The platform's decoder leaves what is missing black. */
  @ParameterizedTest
  @MethodSource("packed")
  void refusesAPartThatEndsEarly(int compression, byte[] packed) {
    byte[] file = grey(3, 20, compression).strip(packed).file();

    assertCorrupt(file, "TIFF part: 0 ends before its byte 6,");
  }

  @ParameterizedTest
  @MethodSource("packed")
  void bytesTooManyAreNotRead(int compression, byte[] packed) throws Exception {
    byte[] more = Arrays.copyOf(packed, packed.length + 1000);

    assertThat(greys(grey(3, 1, compression).with(278, 100).strip(more))).containsExactly(7, 7, 7);
  }

  @Test
  void refusesAPackedPartThatIsCut() {
    byte[] packed = deflated(new byte[100_000]);
    byte[] file = grey(1000, 100, DEFLATE).strip(Arrays.copyOf(packed, packed.length / 2)).file();

    assertCorrupt(file, "TIFF part: 0 ends before its byte");
  }

  /** The decoder of colours that are subsampled takes the end of the data for its own. */
  @Test
  void refusesYccThatEndsEarly() {
    byte[] file = grey(64, 64, NONE).with(262, 6).with(277, 3).strip(new byte[100]).file();

    assertCorrupt(file, "TIFF part: 0 ends before its byte");
  }

  @Test
  void refusesAFaxOfTooFewLines() {
    byte[] file =
        grey(8, 20, FAX_T4)
            .with(258, 1)
            .with(262, 0)
            .strip(HexFormat.of().parseHex("001980"))
            .file();

    assertCorrupt(file, "TIFF part: 1 lines (expected: 20)");
  }

  @Test
  void unpacksALzwCodeThatItMakesItself() throws Exception {
    byte[] packed = lzw(256, 97, 258, 259, 257);

    assertThat(greys(grey(6, 1, LZW).strip(packed))).containsOnly(97).hasSize(6);
  }

  @Test
  void refusesLzwCodesThatMeanNothing() {
    assertCorrupt(grey(3, 2, LZW).strip(lzw(256, 7, 300)).file(), "image data: LZW code 300");
    assertUnsupported(
        grey(3, 2, LZW).strip(new byte[] {0, 1, 2}).file(), "TIFF compression: 5, LZW with");
  }

  @Test
  void readsPartsWhoseLowBitIsFirst() throws Exception {
    byte[] turned = {(byte) 0x80, 0x40, (byte) 0xC0};

    assertThat(greys(grey(3, 1, NONE).with(266, 2).strip(turned))).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource({
    "9, JBIG",
    "10, JBIG",
    "32766, NeXT",
    "32771, CCITT RLE in words",
    "34661, JBIG",
    "34712, JPEG 2000",
    "34887, LERC",
    "34925, LZMA",
    "50000, Zstandard",
    "50001, WebP",
    "4242, unknown",
  })
  void namesACompressionThatIsNotDecoded(int number, String name) {
    byte[] file = grey(3, 2, number).strip(new byte[6]).file();

    assertUnsupported(file, "TIFF compression: %d, %s (expected: ".formatted(number, name));
  }

  @Test
  void undoesThePredictorOf16Bits() throws Exception {
    // 0x1234, 0x4567, 0x89AB; then 0x00FF more of each, then 2.
    byte[] rows = HexFormat.of().parseHex("34126745AB89" + "FF00FF00FF00" + "020002000200");
    TestTiff tiff = grey(3, 1, DEFLATE).with(258, 16).with(262, 2).with(277, 3).with(317, 2);

    byte[] rgb = decode(tiff.strip(deflated(rows)));

    assertThat(HexFormat.of().formatHex(rgb)).isEqualTo("12458913468a13468a");
  }

  @Test
  void undoesThePredictorInBothOrders() throws Exception {
    byte[] bytes = {1, (byte) 0xFF, 0, 2, 3, 4};

    assertThat(unpredicted(bytes, false, ByteOrder.BIG_ENDIAN)).containsExactly(1, 0, 0, 2, 5, 9);
    assertThat(unpredicted(bytes, true, ByteOrder.BIG_ENDIAN))
        .containsExactly(1, (byte) 0xFF, 2, 1, 5, 5);
    assertThat(unpredicted(bytes, true, ByteOrder.LITTLE_ENDIAN))
        .containsExactly(1, (byte) 0xFF, 1, 1, 4, 5);
  }

  @ParameterizedTest
  @CsvSource({"3, 8", "3, 16", "2, 4", "7, 8"})
  void namesAPredictorThatIsNotUndone(int predictor, int bits) {
    byte[] file = grey(3, 2, LZW).with(258, bits).with(317, predictor).strip(new byte[6]).file();

    assertUnsupported(file, "TIFF predictor: %d, samples of %d bits".formatted(predictor, bits));
  }

  /** Some hundred bytes kept a decoder busy for hours: each tile was decoded as a whole. */
  @ParameterizedTest
  @CsvSource({
    "1, 65535, 60000000, 1, 8, 'part: 60000000x1 of a picture of 1x65535'",
    "10000, 10000, 199000000, 1, 4, 'part: 199000000x1 of a picture of 10000x10000'",
    "1, 65535, 4097, 1, 8, 'parts: 4097x1 each, 268496895 bytes together'",
  })
  void refusesTilesThatCostMuchMoreThanThePicture(
      int width, int height, int tileWidth, int tileHeight, int compression, String message) {
    int bits = compression == 4 ? 1 : 8;
    byte[] file =
        grey(width, height, compression)
            .with(258, bits)
            .with(322, tileWidth)
            .with(323, tileHeight)
            .repeated(324, height, 8)
            .repeated(325, height, 1)
            .file();

    assertCorrupt(file, "TIFF " + message);
  }

  @ParameterizedTest
  @CsvSource({"64", "1024", "4096"})
  void decodesASmallPictureInAUsualTile(int side) throws Exception {
    byte[] tile = new byte[side * side];
    Arrays.fill(tile, (byte) 5);

    assertThat(greys(grey(3, 2, DEFLATE).tile(side, side, deflated(tile)))).containsOnly(5);
  }

  /** Each strip takes nine times its pixels: what a good file costs is not too much. */
  @Test
  void decodesAFaxOfManyStrips() throws Exception {
    TestTiff tiff = grey(65_535, 460, 4).with(258, 1).with(262, 0).with(278, 1);
    // A white line is one bit; the width's lowest byte begins with it.
    byte[] file = tiff.repeated(279, 460, 1).repeated(273, 460, 18).file();

    byte[] rgb = decode(file);

    assertThat(rgb.length).isEqualTo(3 * 65_535 * 460);
    assertThat(unsigned(Arrays.copyOfRange(rgb, rgb.length - 9, rgb.length))).containsOnly(255);
  }

  /** The limit holds for what is decoded: 200 scans of 4096x4096, for one pixel. */
  @Test
  void countsTheScansOfWholeTiles() {
    byte[] jpeg = HostileJpegs.scans(4096, 4096, 200);
    byte[] file = grey(1, 1, 7).tile(4096, 4096, jpeg).file();

    assertRejected(Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageContaining("scans");
  }

  @Test
  void refusesJpegPartsThatDoNotFillThePicture() {
    byte[] file = grey(8, 8, 7).strip(HostileJpegs.baseline(8, 7)).file();

    assertCorrupt(file, "TIFF part: a JPEG file of 8x7 (expected: at least 8x8)");
  }

  /** The platform's decoder of TIFF takes them for inks that are stored inverted. */
  @ParameterizedTest
  @CsvSource({"5, '207,46,190'", "2, '10,200,30'"})
  void takesFourComponentsOfAJpegPartAsTheyAre(int colours, String expected) throws Exception {
    byte[] jpeg = jpegOf(10, 200, 30, 40);
    byte[] rgb = decode(grey(8, 8, 7).with(262, colours).with(277, 4).strip(jpeg));

    int[] wanted = Stream.of(expected.split(",")).mapToInt(Integer::parseInt).toArray();
    for (int i = 0; i < rgb.length; i++) {
      assertThat(rgb[i] & 0xFF).isBetween(wanted[i % 3] - 3, wanted[i % 3] + 3);
    }
  }

  @Test
  void ignoresAFieldTwiceThatSaysNothingAboutDecoding() throws Exception {
    TestTiff tiff = grey(3, 1, NONE).strip(new byte[] {1, 2, 3}).with(270, 8).again(270, 8);

    assertThat(greys(tiff)).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 8", "3, 1, 16", "2, 3, 16", "2, 1, 4", "5, 1, 8", "0, 1, 8"})
  void namesASampleFormatThatIsNotDecoded(int format, int samples, int bits) {
    byte[] file =
        grey(3, 2, NONE)
            .with(258, bits)
            .with(277, samples)
            .with(339, format)
            .strip(new byte[36])
            .file();

    assertUnsupported(
        file, "TIFF sample format: %d, %d samples of %d bits".formatted(format, samples, bits));
  }

  @Test
  void signedGreysBelowZeroAreBlack() throws Exception {
    byte[] samples = {-1, -1, 5, 0, 0, 2};
    TestTiff tiff = grey(3, 1, NONE).with(258, 16).with(339, 2).strip(samples);

    assertThat(greys(tiff)).containsExactly(0, 5, 255);
  }

  @Test
  void dividesByAnAssociatedAlpha() throws Exception {
    byte[] samples = {50, 100, 25, (byte) 128, 9, 9, 9, 0, 1, 2, 3, (byte) 255};
    TestTiff tiff = grey(3, 1, NONE).with(262, 2).with(277, 4).with(338, 1).strip(samples);

    assertThat(unsigned(decode(tiff))).containsExactly(99, 199, 49, 0, 0, 0, 1, 2, 3);
  }

  /** They were taken for red, green and blue. */
  @ParameterizedTest
  @CsvSource({"16, 4, 000A00C8001E0028", "8, 5, 0AC81E2800"})
  void convertsInksOf16BitsAndWithAlpha(int bits, int samples, String hex) throws Exception {
    TestTiff tiff = grey(1, 1, NONE).with(258, bits).with(262, 5).with(277, samples);

    assertThat(unsigned(decode(tiff.strip(HexFormat.of().parseHex(hex)))))
        .containsExactly(207, 46, 190);
  }

  /** Kind, samples, bits. */
  @ParameterizedTest
  @CsvSource({"2, 1, 8", "3, 2, 8", "3, 1, 16", "4, 1, 1", "5, 3, 8", "6, 1, 8", "6, 3, 16"})
  void namesColoursThatAreNotDecoded(int kind, int samples, int bits) {
    byte[] file =
        grey(3, 2, NONE)
            .with(258, bits)
            .with(262, kind)
            .with(277, samples)
            .strip(new byte[36])
            .file();

    assertUnsupported(
        file, "TIFF colours: kind %d, %d samples of %d bits".formatted(kind, samples, bits));
  }

  @Test
  void refusesWhatContradictsItself() {
    byte[] samples = new byte[64];

    assertCorrupt(grey(3, 2, NONE).with(258, 0).strip(samples).file(), "TIFF field: 258 is 0");
    assertCorrupt(
        grey(3, 2, NONE).with(262, 3).strip(samples).file(), "TIFF field: 320 is missing");
    assertCorrupt(
        grey(3, 2, NONE).with(262, 6).with(277, 3).with(530, 3).strip(samples).file(),
        "TIFF field: 530 is 3");
    assertUnsupported(grey(3, 2, 4).strip(samples).file(), "TIFF compression: 4, 1 samples of 8");
  }

  private void assertCorrupt(byte[] file, String message) {
    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith(message);
  }

  private void assertUnsupported(byte[] file, String message) {
    assertRejected(
            Reason.IMAGE_UNSUPPORTED_TYPE, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith(message);
  }

  private byte[] decode(TestTiff tiff) throws Exception {
    return decode(tiff.file());
  }

  private byte[] decode(byte[] file) throws Exception {
    return decoder.decode(file, ImageLimits.defaults()).rgb();
  }

  private List<Integer> greys(TestTiff tiff) throws Exception {
    List<Integer> rgb = unsigned(decode(tiff));
    return Stream.iterate(0, i -> i < rgb.size(), i -> i + 3).map(rgb::get).toList();
  }

  private static List<Integer> unsigned(byte[] bytes) {
    return Stream.iterate(0, i -> i < bytes.length, i -> i + 1).map(i -> bytes[i] & 0xFF).toList();
  }

  private static TestTiff grey(int width, int height, int compression) {
    return TestTiff.of(width, height).with(258, 8).with(259, compression).with(262, 1).with(277, 1);
  }

  private static byte[] unpredicted(byte[] bytes, boolean isDeep, ByteOrder order)
      throws IOException {
    int width = isDeep ? 3 : 6;
    try (var input = new PredictorInput(new ByteArrayInputStream(bytes), width, 1, isDeep, order)) {
      return input.readAllBytes();
    }
  }

  private static byte[] deflated(byte[] bytes) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] target = new byte[bytes.length + 100];
      return Arrays.copyOf(target, deflater.deflate(target));
    }
  }

  /** Codes of nine bits. */
  private static byte[] lzw(int... codes) {
    byte[] packed = new byte[(9 * codes.length + 7) / 8];
    for (int i = 0; i < 9 * codes.length; i++) {
      packed[i / 8] |= (byte) ((codes[i / 9] >> (8 - i % 9) & 1) << (7 - i % 8));
    }
    return packed;
  }

  /** An 8x8 picture of one colour, without markers that say what its components are. */
  private static byte[] jpegOf(int... components) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 8, 8, components.length, null);
    for (int i = 0; i < 64; i++) {
      raster.setPixel(i % 8, i / 8, components);
    }
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (var stream = new MemoryCacheImageOutputStream(jpeg)) {
      writer.setOutput(stream);
      writer.write(new IIOImage(raster, null, null));
    } finally {
      writer.dispose();
    }
    return jpeg.toByteArray();
  }
}

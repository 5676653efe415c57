package io.vignette.images.codec;

import static io.vignette.images.Rejections.assertRejected;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vignette.images.DecodedImage;
import io.vignette.images.Goldens;
import io.vignette.images.ImageLimits;
import io.vignette.wire.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageDecoderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ImageDecoder decoder = new ImageDecoder();

  static List<String> pictures() {
    return Goldens.pictures();
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void refusesATruncatedFile(String name) {
    byte[] file = Goldens.bytes("decode", name);
    for (double part : new double[] {0.2, 0.5, 0.8}) {
      byte[] cut = Arrays.copyOf(file, (int) (file.length * part));
      if (isFirstFrameWhole(name, part)) {
        continue;
      }

      assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(cut, ImageLimits.defaults()));
    }
  }

  /** Where later frames or pages follow, their loss is none. */
  private static boolean isFirstFrameWhole(String name, double part) {
    return name.matches("gif-animated.gif|tiff-pages.tiff") && part >= 0.5;
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void refusesTooManyPixelsByTheHeader(String name) {
    ImageLimits limits = new ImageLimits(1 << 20, 5, SECOND, SECOND);

    assertRejected(
            Reason.IMAGE_TOO_MANY_PIXELS,
            () -> decoder.decode(Goldens.bytes("decode", name), limits))
        .hasMessageContaining("(expected: at most 5)");
  }

  @Test
  void refusesAHugePngByItsHeaderAlone() {
    byte[] header = pngHeader(50_000, 50_000);

    assertRejected(
            Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(header, ImageLimits.defaults()))
        .hasMessage(
            "image dimensions: 50000x50000, 2500000000 pixels (expected: at most 100000000)");
  }

  /** Few pixels, but resizing would need 16 bytes for each sample of the side. */
  @ParameterizedTest
  @CsvSource({"100000000, 1", "1, 100000000", "65536, 1", "1, 65536"})
  void refusesALongSideByTheHeader(int width, int height) {
    byte[] header = pngHeader(width, height, 1, 0);

    assertRejected(
            Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(header, ImageLimits.defaults()))
        .hasMessage(
            "image dimensions: %dx%d (expected: sides of at most 65535)".formatted(width, height));
  }

  @Test
  void sparesTheMemoryForPixelsThatCannotBeInTheFile() {
    byte[] header = pngHeader(10_000, 10_000);

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(header, ImageLimits.defaults()))
        .hasMessageStartingWith("PNG data: 2 bytes for 10000x10000 pixels");
  }

  @Test
  void refusesDeepPixelsByTheMemoryTheyTake() {
    byte[] rgba16 = pngHeader(8_000, 8_000, 16, 6);

    assertRejected(
            Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(rgba16, ImageLimits.defaults()))
        .hasMessage(
            "image dimensions: 8000x8000, 512000000 bytes decoded at 8 a pixel"
                + " (expected: at most 400000000)");
  }

  @ParameterizedTest
  @CsvSource({"7000, 16, 6", "10000, 16, 4", "10000, 8, 6", "10000, 8, 3"})
  void acceptsPixelsWhoseMemoryIsAllowed(int side, int bits, int colourType) {
    byte[] header = pngHeader(side, side, bits, colourType);

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(header, ImageLimits.defaults()))
        .hasMessageStartingWith("PNG data");
  }

  @ParameterizedTest
  @CsvSource({"10000, 16, 3", "10000, 8, 5", "1, 8, 4294967295"})
  void refusesTiffsByTheMemoryTheirSamplesTake(int side, int bits, long samples) {
    byte[] header = tiffHeader(side, bits, samples);

    assertRejected(
        Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(header, ImageLimits.defaults()));
  }

  /** The platform's decoder takes memory by the first of them. */
  @ParameterizedTest
  @CsvSource({"46000, 8", "8, 46000", "8, 8"})
  void refusesAJpegOfTwoSizes(int first, int last) {
    byte[] file = HostileJpegs.twoFrames(first, last);

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage("JPEG file: two frame headers (expected: one)");
  }

  /** Each scan is a pass over the whole picture. */
  @Test
  void refusesALargePictureOfManyScans() {
    byte[] file = HostileJpegs.scans(10_000, 10_000, 21);

    assertRejected(Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage(
            "image dimensions: 10000x10000 in 21 scans (expected: at most 20 of so many pixels)");
  }

  @Test
  void acceptsASmallPictureOfManyScans() throws Exception {
    DecodedImage image = decoder.decode(HostileJpegs.scans(64, 64, 100), ImageLimits.defaults());

    assertThat(image.width()).isEqualTo(64);
  }

  /** One reader takes the first of two fields, another one the last. */
  @ParameterizedTest
  @CsvSource({"256", "257", "258", "277", "278"})
  void refusesATiffThatSaysAThingTwice(int tag) {
    byte[] file =
        TestTiff.of(8, 8).with(258, 8).with(277, 1).with(278, 8).again(tag, 46_000).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage("TIFF field: %d twice (expected: once)".formatted(tag));
  }

  @Test
  void refusesATiffWhoseSizeIsNoWholeNumber() {
    byte[] file = TestTiff.of(8, 8).typed(257, 11, 8).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage("TIFF field: 257 of type 11 (expected: a whole number)");
  }

  @Test
  void decodesATiffOfJpegParts() throws Exception {
    byte[] jpeg = HostileJpegs.baseline(64, 40);
    byte[] file = TestTiff.of(64, 40).jpeg(jpeg).file();

    DecodedImage image = decoder.decode(file, ImageLimits.defaults());

    assertThat(image.rgb()).isEqualTo(decoder.decode(jpeg, ImageLimits.defaults()).rgb());
  }

  /** The directory says 8x8; the decoder would take memory for what is inside. */
  @ParameterizedTest
  @CsvSource({"65000, 20000", "9, 8", "8, 9"})
  void refusesATiffWhoseJpegPartsAreLargerThanIt(int width, int height) {
    byte[] file = TestTiff.of(8, 8).jpeg(HostileJpegs.scans(width, height, 2)).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessage(
            "TIFF part: a JPEG file of %dx%d (expected: at most 8x8)".formatted(width, height));
  }

  @Test
  void refusesALargeTiffWhoseJpegPartsHaveManyScans() {
    byte[] file = TestTiff.of(10_000, 10_000).jpeg(HostileJpegs.scans(10_000, 10_000, 100)).file();

    assertRejected(
        Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(file, ImageLimits.defaults()));
  }

  @Test
  void refusesATiffWhoseJpegTablesHoldAPicture() throws Exception {
    byte[] jpeg = HostileJpegs.baseline(8, 8);
    byte[] hostile = TestTiff.of(8, 8).jpeg(jpeg).tables(HostileJpegs.tables(46_000)).file();
    byte[] usual = TestTiff.of(8, 8).jpeg(jpeg).tables(HostileJpegs.tables(0)).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(hostile, ImageLimits.defaults()))
        .hasMessage("JPEG tables: a picture among them (expected: tables alone)");
    assertThat(decoder.decode(usual, ImageLimits.defaults()).width()).isEqualTo(8);
  }

  /** The decoder would find the part by another field, which nobody looked at. */
  @Test
  void refusesATiffWithoutParts() {
    byte[] jpeg = HostileJpegs.scans(12_000, 12_000, 2);
    byte[] file = TestTiff.of(8, 8).jpeg(jpeg).without(273).with(513, 200).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF parts: 0 (expected: 1,");
  }

  @Test
  void refusesATiffOfStripsAndTiles() {
    byte[] jpeg = HostileJpegs.scans(12_000, 12_000, 2);
    byte[] file = TestTiff.of(8, 8).jpeg(jpeg).typed(324, 1, 8).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF part: 0x0");
  }

  @Test
  void whatFollowsTheJpegTablesOfATiffIsNotRead() throws Exception {
    byte[] tables = HostileJpegs.tables(0);
    byte[] hidden = HostileJpegs.scans(12_000, 12_000, 2);
    byte[] both = Arrays.copyOf(tables, tables.length + hidden.length);
    System.arraycopy(hidden, 0, both, tables.length, hidden.length);
    byte[] file = TestTiff.of(8, 8).jpeg(HostileJpegs.baseline(8, 8)).tables(both).file();

    assertThat(decoder.decode(file, ImageLimits.defaults()).width()).isEqualTo(8);
  }

  /** The decoder takes memory for a whole tile. */
  @Test
  void refusesATiffWhoseTilesAreMuchLargerThanIt() {
    byte[] file =
        TestTiff.of(65_535, 1)
            .with(258, 16)
            .with(259, 8)
            .with(262, 2)
            .with(277, 4)
            .with(322, 66_544)
            .with(323, 1024)
            .with(324, 8)
            .with(325, 8)
            .file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF part: 66544x1024 of a picture of 65535x1");
  }

  /** Each is in the file; together they are a thousand times as much. */
  @Test
  void refusesATiffWhosePartsAreMoreThanTheFile() {
    byte[] file =
        TestTiff.of(1, 1500)
            .with(258, 8)
            .with(262, 1)
            .with(277, 1)
            .with(278, 1)
            .repeated(273, 1500, 8)
            .repeated(279, 1500, 10_000)
            .file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF parts: more than");
  }

  @Test
  void refusesATiffOfMorePartsThanItLists() {
    byte[] file =
        TestTiff.of(1, 1500).with(278, 1).repeated(273, 1499, 8).repeated(279, 1499, 1).file();

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF parts: 1499 (expected: 1500,");
  }

  @Test
  void refusesAFrameOfAWebpInsideAFrame() {
    int depth = 20_000;
    ByteBuffer webp = ByteBuffer.allocate(12 + 24 * depth).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(ISO_8859_1)).putInt(webp.capacity() - 8);
    webp.put("WEBP".getBytes(ISO_8859_1));
    for (int i = 0; i < depth; i++) {
      webp.put("ANMF".getBytes(ISO_8859_1)).putInt(webp.remaining() - 4).put(new byte[16]);
    }

    assertRejected(
        Reason.IMAGE_CORRUPT, () -> decoder.decode(webp.array(), ImageLimits.defaults()));
  }

  @Test
  void refusesATiffOfOldJpeg() {
    byte[] file = TestTiff.of(8, 8).jpeg(HostileJpegs.scans(65_000, 20_000, 2)).with(259, 6).file();

    assertRejected(
            Reason.IMAGE_UNSUPPORTED_TYPE, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("TIFF compression: 6");
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void allowsEveryPictureButDeepOnesAsManyPixelsAsItHas(String name) throws Exception {
    byte[] file = Goldens.bytes("decode", name);
    DecodedImage image = decoder.decode(file, ImageLimits.defaults());
    ImageLimits exactly =
        new ImageLimits(file.length, (long) image.width() * image.height(), SECOND, SECOND);

    if (name.equals("png-rgb16.png")) {
      assertRejected(Reason.IMAGE_TOO_MANY_PIXELS, () -> decoder.decode(file, exactly));
    } else {
      assertThat(decoder.decode(file, exactly).rgb()).isEqualTo(image.rgb());
    }
  }

  @Test
  void refusesTooManyBytesFirst() {
    ImageLimits limits = new ImageLimits(10, 100, SECOND, SECOND);

    assertRejected(Reason.IMAGE_TOO_LARGE, () -> decoder.decode(new byte[11], limits))
        .hasMessage("image size: 11 bytes (expected: at most 10)");
  }

  @Test
  void refusesAPictureWithoutPixels() {
    assertRejected(
        Reason.IMAGE_CORRUPT, () -> decoder.decode(pngHeader(0, 10), ImageLimits.defaults()));
  }

  @Test
  void refusesAWrongChecksumOfThePngHeader() {
    byte[] file = Goldens.bytes("decode", "png-rgb.png").clone();
    file[19]++;

    assertRejected(Reason.IMAGE_CORRUPT, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("PNG checksum");
  }

  @Test
  void refusesJpegProcessesNobodyUses() {
    byte[] file = Goldens.bytes("decode", "jpeg-420.jpg").clone();
    int frame = new String(file, ISO_8859_1).indexOf("\u00FF\u00C0");
    file[frame + 1] = (byte) 0xC3;

    assertRejected(
            Reason.IMAGE_UNSUPPORTED_TYPE, () -> decoder.decode(file, ImageLimits.defaults()))
        .hasMessageStartingWith("JPEG coding: process 3, 8 bits");
  }

  @Test
  void acceptsBytesAfterTheEndOfAJpeg() throws Exception {
    byte[] file = Goldens.bytes("decode", "jpeg-420.jpg");
    byte[] longer = Arrays.copyOf(file, file.length + 1000);

    DecodedImage image = decoder.decode(longer, ImageLimits.defaults());

    assertThat(image.rgb()).isEqualTo(decoder.decode(file, ImageLimits.defaults()).rgb());
  }

  @Test
  void refusesTextNamedPng() {
    byte[] text = "this is not a picture".getBytes(ISO_8859_1);

    assertRejected(
        Reason.IMAGE_UNSUPPORTED_TYPE, () -> decoder.decode(text, ImageLimits.defaults()));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 123456",
    "2, 321654",
    "3, 654321",
    "4, 456123",
    "5, 142536",
    "6, 415263",
    "7, 635241",
    "8, 362514",
    "9, 123456",
    "0, 123456"
  })
  void turnsPicturesUpright(int number, String pixels) {
    DecodedImage stored = new DecodedImage(3, 2, greys("123456"));

    DecodedImage upright = Orientation.ofNumber(number).upright(stored);

    assertThat(upright.rgb()).isEqualTo(greys(pixels));
    assertThat(upright.width()).isEqualTo(number >= 5 && number <= 8 ? 2 : 3);
  }

  private static byte[] greys(String digits) {
    byte[] rgb = new byte[3 * digits.length()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) digits.charAt(i / 3);
    }
    return rgb;
  }

  private static byte[] pngHeader(int width, int height) {
    return pngHeader(width, height, 8, 2);
  }

  private static byte[] pngHeader(int width, int height, int bits, int colourType) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 14 + 12).order(ByteOrder.BIG_ENDIAN);
    png.put("\u0089PNG\r\n\u001A\n".getBytes(ISO_8859_1));
    chunk(
        png,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) bits)
            .put((byte) colourType)
            .array());
    chunk(png, "IDAT", new byte[2]);
    chunk(png, "IEND", new byte[0]);
    return png.array();
  }

  private static byte[] tiffHeader(int side, int bits, long samples) {
    ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 4 * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put("II*\0".getBytes(ISO_8859_1)).putInt(8).putShort((short) 4);
    field(tiff, 256, side);
    field(tiff, 257, side);
    field(tiff, 258, bits);
    field(tiff, 277, samples);
    return tiff.array();
  }

  private static void field(ByteBuffer tiff, int tag, long value) {
    tiff.putShort((short) tag).putShort((short) 4).putInt(1).putInt((int) value);
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(ISO_8859_1));
    crc.update(data);
    png.putInt(data.length).put(type.getBytes(ISO_8859_1)).put(data).putInt((int) crc.getValue());
  }
}

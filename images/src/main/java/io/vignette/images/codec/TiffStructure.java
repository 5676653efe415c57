package io.vignette.images.codec;

import static io.vignette.images.codec.TiffFields.LONG;
import static io.vignette.images.codec.TiffFields.RATIONAL;
import static io.vignette.images.codec.TiffFields.SHORT;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the first directory of a TIFF file says, and a file with nothing else in it: the fields that
 * say how to decode, each in one form, and the strips or tiles of this picture, unpacked.
 *
 * <p>The decoder sees no other field, so it can't find another picture, other parts or other sizes
 * than those that the limits are held against. One use, by one thread.
 */
final class TiffStructure {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int FILL_ORDER = 266;
  private static final int STRIP_OFFSETS = 273;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int PLANAR = 284;
  private static final int PREDICTOR = 317;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int JPEG_TABLES = 347;
  private static final int SUBSAMPLING = 530;

  private static final int UNDEFINED = 7;

  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;
  private static final int YCBCR = 6;

  private static final int SEPARATE = 2;
  private static final int LOW_BIT_FIRST = 2;
  private static final int NO_PREDICTOR = 1;
  private static final int HORIZONTAL = 2;
  private static final int UNSIGNED = 1;
  private static final int SIGNED = 2;
  private static final int UNKNOWN_FORMAT = 4;
  private static final int ASSOCIATED_ALPHA = 1;

  /** Extra samples, sample format, subsampling and positions of YCbCr. */
  private static final int[] SHORTS = {EXTRA_SAMPLES, SAMPLE_FORMAT, SUBSAMPLING, 531};

  /** Options of the fax codings. */
  private static final int[] LONGS = {292, 293};

  /** White point, primaries, coefficients and reference of YCbCr. */
  private static final int[] RATIONALS = {318, 319, 529, 532};

  private static final int RATIONAL_BYTES_MAX = 6 * 8;
  private static final int SAMPLES_MAX = 1024;
  private static final int TABLES_BYTES_MAX = 1 << 16;
  private static final long FILE_BYTES_MAX = (1L << 32) - 1;

  /** Where the colour changes in a fax line and in the one above. */
  private static final int FAX_COLUMN_BYTES = 8;

  private final TiffDirectory directory;
  private final Size size;
  private final long samples;
  private final long colours;
  private final long bits;
  private final long planes;
  private final TiffCompression compression;
  private final boolean isPredicted;
  private long passes = 1;
  private @Nullable TiffParts parts;

  TiffStructure(TiffDirectory directory) throws ImageRejectedException {
    this.directory = directory;
    this.size = new Size(directory.value(WIDTH, 0), directory.value(HEIGHT, 0));
    this.samples = directory.value(SAMPLES_PER_PIXEL, 1);
    this.colours = directory.value(PHOTOMETRIC, BLACK_IS_ZERO);
    this.bits = Arrays.stream(values(BITS_PER_SAMPLE, 1)).max().orElse(1);
    this.planes = directory.value(PLANAR, 1) == SEPARATE ? samples : 1;
    this.compression = TiffCompression.of(directory.value(COMPRESSION, 1));
    long predictor =
        compression.mayHavePredictor() ? directory.value(PREDICTOR, NO_PREDICTOR) : NO_PREDICTOR;
    this.isPredicted = predictor != NO_PREDICTOR;
    requireKnownColours();
    requireKnownFormat();
    requireKnownPredictor(predictor);
    requireFittingCompression();
  }

  Size size() {
    return size;
  }

  boolean isPalette() {
    return colours == PALETTE;
  }

  boolean isCmyk() {
    return colours == CMYK;
  }

  /** Red, green and blue are stored as multiplied by the alpha that follows them. */
  boolean isPremultiplied() throws ImageRejectedException {
    return colours == RGB && samples > 3 && values(EXTRA_SAMPLES, 0)[0] == ASSOCIATED_ALPHA;
  }

  /** What the decoder takes. */
  long rasterBytesPerPixel() {
    return TiffGrid.product(samples, bits > 8 ? 2 : 1);
  }

  /** Times that decoding goes over the whole picture, from 1. */
  long passes() throws ImageRejectedException {
    if (compression == TiffCompression.JPEG) {
      collect();
    }
    return passes;
  }

  /** The file to decode. The limits must have been held against the rest. */
  ImageInputStream essentials() throws ImageRejectedException {
    TiffParts collected = collect();
    TiffFields fields = new TiffFields(directory.order());
    describe(fields, collected.grid().part());
    return placed(fields, collected);
  }

  private void requireKnownColours() throws ImageRejectedException {
    long[] each = values(BITS_PER_SAMPLE, 1);
    boolean isKnown =
        switch ((int) colours) {
          case WHITE_IS_ZERO, BLACK_IS_ZERO -> true;
          case RGB -> samples >= 3;
          case PALETTE -> samples == 1 && bits <= 8;
          case CMYK -> samples >= 4 && isWholeBytes(each);
          case YCBCR -> samples == 3 && planes == 1 && bits == 8 && isWholeBytes(each);
          default -> false;
        };
    if (!isKnown || bits > 16) {
      throw unsupported(
          "TIFF colours: kind %d, %d samples of %d bits (expected: grey, RGB, a palette of 8 bits,"
                  .formatted(colours, samples, bits)
              + " YCbCr of 8 bits or CMYK of 8 or 16; at most 16 bits)");
    }
    if (Arrays.stream(each).min().orElse(1) < 1) {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d is 0 (expected: 1 to 16 bits)".formatted(BITS_PER_SAMPLE));
    }
    if (colours == PALETTE && directory.count(COLOUR_MAP) == 0) {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d is missing (expected: a palette's colours)".formatted(COLOUR_MAP));
    }
    requireKnownSubsampling();
  }

  private void requireKnownSubsampling() throws ImageRejectedException {
    if (colours == YCBCR && compression != TiffCompression.JPEG) {
      for (long factor : values(SUBSAMPLING, 2)) {
        if (factor != 1 && factor != 2 && factor != 4) {
          throw ImageRejectedException.corrupt(
              "TIFF field: %d is %d (expected: 1, 2 or 4)".formatted(SUBSAMPLING, factor));
        }
      }
    }
  }

  /** Signed samples are decoded where the reference processor does, which is in a grey picture. */
  private void requireKnownFormat() throws ImageRejectedException {
    boolean maySign =
        samples == 1 && colours == BLACK_IS_ZERO && isWholeBytes(values(BITS_PER_SAMPLE, 1));
    for (long format : values(SAMPLE_FORMAT, UNSIGNED)) {
      if (format != UNSIGNED && format != UNKNOWN_FORMAT && !(format == SIGNED && maySign)) {
        throw unsupported(
            "TIFF sample format: %d, %d samples of %d bits (expected: 1, unsigned; 2, signed, of"
                    .formatted(format, samples, bits)
                + " grey; or 4)");
      }
    }
  }

  private void requireKnownPredictor(long predictor) throws ImageRejectedException {
    boolean isKnown =
        predictor == HORIZONTAL && isWholeBytes(values(BITS_PER_SAMPLE, 1)) && colours != YCBCR;
    if (isPredicted && !isKnown) {
      throw unsupported(
          "TIFF predictor: %d, samples of %d bits (expected: 1, none, or 2, horizontal, of 8 or 16"
                  .formatted(predictor, bits)
              + " bits)");
    }
  }

  private void requireFittingCompression() throws ImageRejectedException {
    boolean isFitting = !compression.isFax() || samples == 1 && bits == 1;
    if (!isFitting || compression == TiffCompression.JPEG && bits != 8) {
      throw unsupported(
          "TIFF compression: %d, %d samples of %d bits (expected: one of 1 bit for CCITT, 8 bits"
                  .formatted(compression.number(), samples, bits)
              + " for JPEG)");
    }
  }

  /** All of them 8, or all 16. */
  private static boolean isWholeBytes(long[] bits) {
    return Arrays.stream(bits).allMatch(each -> each == bits[0] && (each == 8 || each == 16));
  }

  private static ImageRejectedException unsupported(String what) {
    return new ImageRejectedException(Reason.IMAGE_UNSUPPORTED_TYPE, what);
  }

  private boolean isTiled() throws ImageRejectedException {
    return directory.has(TILE_OFFSETS) || directory.has(TILE_WIDTH);
  }

  private TiffParts collect() throws ImageRejectedException {
    TiffParts collected = parts;
    if (collected == null) {
      TiffGrid grid = new TiffGrid(size, partSize(), planes);
      grid.requireFit(rasterBytesPerPixel(), compression.isFax() ? FAX_COLUMN_BYTES : 0);
      TiffJpeg jpeg = new TiffJpeg(tables());
      collected = new TiffParts(coding(), grid, jpeg);
      if (isTiled()) {
        collect(collected, TILE_OFFSETS, TILE_BYTE_COUNTS);
      } else {
        collect(collected, STRIP_OFFSETS, STRIP_BYTE_COUNTS);
      }
      passes = Math.max(1, Math.ceilDiv(jpeg.scanned(), Math.max(1, size.pixels())));
      parts = collected;
    }
    return collected;
  }

  private Size partSize() throws ImageRejectedException {
    return isTiled()
        ? new Size(directory.value(TILE_WIDTH, 0), directory.value(TILE_HEIGHT, 0))
        : new Size(
            size.width(), Math.min(directory.value(ROWS_PER_STRIP, size.height()), size.height()));
  }

  private TiffParts.Coding coding() {
    return new TiffParts.Coding(
        compression,
        planes == 1 ? (int) samples : 1,
        bits,
        colours == YCBCR,
        isPredicted,
        directory.order());
  }

  /** Tables alone: what follows their end is not handed on. */
  private Optional<Bytes> tables() throws ImageRejectedException {
    Optional<Bytes> tables =
        compression == TiffCompression.JPEG
            ? directory.raw(JPEG_TABLES, UNDEFINED)
            : Optional.empty();
    if (tables.isEmpty()) {
      return tables;
    }
    if (tables.get().size() > TABLES_BYTES_MAX) {
      throw ImageRejectedException.corrupt(
          "JPEG tables: %d bytes (expected: at most %d)"
              .formatted(tables.get().size(), TABLES_BYTES_MAX));
    }
    return Optional.of(new JpegSegments(tables.get()).tablesOnly());
  }

  /** Takes as many parts as the picture has, however many are listed. */
  private void collect(TiffParts target, int offsetsTag, int countsTag)
      throws ImageRejectedException {
    target.grid().requireListed(directory.count(offsetsTag));
    Bytes file = directory.file();
    long all = 0;
    for (int i = 0; i < target.grid().count(); i++) {
      long from = directory.value(offsetsTag, i, 0);
      Bytes part = file.slice(from, directory.value(countsTag, i, file.size() - from));
      all += part.size();
      if (all > file.size()) {
        throw ImageRejectedException.corrupt(
            "TIFF parts: more than %d bytes (expected: at most as many as the file has)"
                .formatted(file.size()));
      }
      target.add(inOrder(part));
    }
  }

  /** With the high bit of each byte first. JPEG files have no other order. */
  private Bytes inOrder(Bytes part) throws ImageRejectedException {
    if (compression == TiffCompression.JPEG || directory.value(FILL_ORDER, 1) != LOW_BIT_FIRST) {
      return part;
    }
    byte[] turned = new byte[part.size()];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = (byte) (Integer.reverse(part.array()[part.offset() + i]) >>> 24);
    }
    return new Bytes(turned);
  }

  /** For a decoder that gets samples, or the parts of a fax. */
  private void describe(TiffFields fields, Size part) throws ImageRejectedException {
    boolean isConverted = compression == TiffCompression.JPEG && colours == YCBCR;
    fields.put(WIDTH, LONG, size.width());
    fields.put(HEIGHT, LONG, size.height());
    fields.put(
        COMPRESSION, SHORT, (compression.isFax() ? compression : TiffCompression.NONE).number());
    fields.put(PHOTOMETRIC, SHORT, isConverted ? RGB : colours);
    fields.put(SAMPLES_PER_PIXEL, SHORT, samples);
    fields.put(PLANAR, SHORT, directory.value(PLANAR, 1));
    fields.put(BITS_PER_SAMPLE, SHORT, values(BITS_PER_SAMPLE, 1));
    if (isTiled()) {
      fields.put(TILE_WIDTH, LONG, part.width());
      fields.put(TILE_HEIGHT, LONG, part.height());
    } else {
      fields.put(ROWS_PER_STRIP, LONG, part.height());
    }
    copy(fields, COLOUR_MAP, SHORT, 3 << 16);
    for (int tag : SHORTS) {
      copy(fields, tag, SHORT, SAMPLES_MAX);
    }
    for (int tag : LONGS) {
      copy(fields, tag, LONG, 1);
    }
    for (int tag : RATIONALS) {
      Optional<Bytes> values = directory.raw(tag, RATIONAL);
      if (values.isPresent() && values.get().size() <= RATIONAL_BYTES_MAX) {
        fields.putRationals(tag, values.get());
      }
    }
  }

  /** Offsets follow from how large the directory is, which they are part of. */
  private ImageInputStream placed(TiffFields fields, TiffParts collected)
      throws ImageRejectedException {
    int offsetsTag = isTiled() ? TILE_OFFSETS : STRIP_OFFSETS;
    int count = collected.count();
    long[] counts = new long[count];
    Arrays.setAll(counts, collected::span);
    fields.put(isTiled() ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS, LONG, counts);
    fields.put(offsetsTag, LONG, counts);
    long[] starts = new long[count + 1];
    starts[0] = fields.end();
    for (int i = 0; i < count; i++) {
      starts[i + 1] = starts[i] + counts[i];
    }
    if (starts[count] > FILE_BYTES_MAX) {
      throw ImageRejectedException.corrupt(
          "TIFF parts: %d bytes unpacked (expected: at most %d)"
              .formatted(starts[count], FILE_BYTES_MAX));
    }
    fields.put(offsetsTag, LONG, Arrays.copyOf(starts, count));
    return new TiffInput(fields.done(), collected, starts);
  }

  private void copy(TiffFields fields, int tag, int type, int most) throws ImageRejectedException {
    if (directory.count(tag) > 0) {
      fields.put(tag, type, values(tag, most, 0));
    }
  }

  private long[] values(int tag, long otherwise) throws ImageRejectedException {
    return values(tag, SAMPLES_MAX, otherwise);
  }

  /** A field's whole numbers, or the one to take where there is none. */
  private long[] values(int tag, int most, long otherwise) throws ImageRejectedException {
    long count = directory.count(tag);
    if (count > most) {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d with %d values (expected: at most %d)".formatted(tag, count, most));
    }
    long[] values = new long[(int) Math.max(1, count)];
    values[0] = otherwise;
    for (int i = 0; i < count; i++) {
      values[i] = directory.value(tag, i, otherwise);
    }
    return values;
  }
}

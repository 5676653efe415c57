package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the first directory of a TIFF file says, and a file with nothing else in it: the fields that
 * say how to decode, each in one form, and the strips or tiles of this picture.
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
  private static final int STRIP_OFFSETS = 273;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int PLANAR = 284;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int JPEG_TABLES = 347;

  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int RATIONAL = 5;
  private static final int UNDEFINED = 7;

  private static final int WHITE_IS_ZERO = 0;
  private static final int YCBCR = 6;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
  private static final int SEPARATE = 2;

  /** Fill order, predictor, extra samples, sample format, positions and subsampling of YCbCr. */
  private static final int[] SHORTS = {266, 317, 338, 339, 530, 531};

  /** Options of the fax codings. */
  private static final int[] LONGS = {292, 293};

  /** White point, primaries, coefficients and reference of YCbCr. */
  private static final int[] RATIONALS = {318, 319, 529, 532};

  private static final int RATIONAL_BYTES_MAX = 6 * 8;
  private static final int SAMPLES_MAX = 1024;
  private static final int PARTS_MAX = 1 << 18;
  private static final int TABLES_BYTES_MAX = 1 << 16;

  /** A small picture may have a usual tile. */
  private static final long TILE_BYTES_LEAST = 64L << 20;

  private final TiffDirectory directory;
  private final SortedMap<Integer, Field> fields = new TreeMap<>();
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private final Size size;
  private final long samples;
  private final int colours;
  private final long bits;
  private final int compression;
  private long passes = 1;
  private boolean isCollected;

  private record Field(int type, int count, byte[] values) {}

  TiffStructure(TiffDirectory directory) throws ImageRejectedException {
    this.directory = directory;
    this.size = new Size(directory.value(WIDTH, 0), directory.value(HEIGHT, 0));
    this.samples = directory.value(SAMPLES_PER_PIXEL, 1);
    this.colours = (int) directory.value(PHOTOMETRIC, 1);
    requireCount(BITS_PER_SAMPLE, SAMPLES_MAX);
    this.bits = directory.largest(BITS_PER_SAMPLE, 1);
    this.compression = (int) directory.value(COMPRESSION, 1);
    requireKnown();
  }

  Size size() {
    return size;
  }

  int colours() {
    return colours;
  }

  /** What the decoder takes. */
  long rasterBytesPerPixel() {
    return saturated(samples, bits > 8 ? 2 : 1);
  }

  /** Times that decoding goes over the whole picture, from 1. */
  long passes() throws ImageRejectedException {
    if (compression == JPEG) {
      collect();
    }
    return passes;
  }

  /** The file to decode. The limits must have been held against the rest. */
  Bytes essentials() throws ImageRejectedException {
    collect();
    return file();
  }

  private void collect() throws ImageRejectedException {
    if (!isCollected) {
      isCollected = true;
      scalars();
      parts(rasterBytesPerPixel());
    }
  }

  private void requireKnown() throws ImageRejectedException {
    if (colours < WHITE_IS_ZERO || colours > YCBCR || bits > 16) {
      throw unsupported(
          "TIFF colours: kind %d, %d bits (expected: grey, palette, RGB, YCbCr or CMYK, at most"
                  .formatted(colours, bits)
              + " 16)");
    }
    if (compression == OLD_JPEG) {
      throw unsupported(
          "TIFF compression: 6, JPEG as of 1992 (expected: 7 for JPEG, or another one)");
    }
  }

  private static ImageRejectedException unsupported(String what) {
    return new ImageRejectedException(Reason.IMAGE_UNSUPPORTED_TYPE, what);
  }

  private void scalars() throws ImageRejectedException {
    put(WIDTH, LONG, size.width());
    put(HEIGHT, LONG, size.height());
    put(COMPRESSION, SHORT, compression);
    put(PHOTOMETRIC, SHORT, colours);
    put(SAMPLES_PER_PIXEL, SHORT, samples);
    put(PLANAR, SHORT, directory.value(PLANAR, 1));
    copy(BITS_PER_SAMPLE, SHORT, SAMPLES_MAX);
    copy(COLOUR_MAP, SHORT, 3 << 16);
    for (int tag : SHORTS) {
      copy(tag, SHORT, SAMPLES_MAX);
    }
    for (int tag : LONGS) {
      copy(tag, LONG, 1);
    }
    for (int tag : RATIONALS) {
      Optional<Bytes> values = directory.raw(tag, RATIONAL);
      if (values.isPresent() && values.get().size() <= RATIONAL_BYTES_MAX) {
        fields.put(tag, new Field(RATIONAL, values.get().size() / 8, copied(values.get())));
      }
    }
    if (compression == JPEG) {
      tables();
    }
  }

  /** Tables alone: what follows their end is not handed on. */
  private void tables() throws ImageRejectedException {
    Optional<Bytes> tables = directory.raw(JPEG_TABLES, UNDEFINED);
    if (tables.isPresent()) {
      if (tables.get().size() > TABLES_BYTES_MAX) {
        throw ImageRejectedException.corrupt(
            "JPEG tables: %d bytes (expected: at most %d)"
                .formatted(tables.get().size(), TABLES_BYTES_MAX));
      }
      byte[] alone = copied(new JpegSegments(tables.get()).tablesOnly());
      fields.put(JPEG_TABLES, new Field(UNDEFINED, alone.length, alone));
    }
  }

  private void parts(long bytesPerPixel) throws ImageRejectedException {
    boolean isTiled = directory.has(TILE_OFFSETS) || directory.has(TILE_WIDTH);
    long rows = Math.min(directory.value(ROWS_PER_STRIP, size.height()), size.height());
    Size part =
        isTiled
            ? new Size(directory.value(TILE_WIDTH, 0), directory.value(TILE_HEIGHT, 0))
            : new Size(size.width(), rows);
    requireFit(part, bytesPerPixel);
    if (isTiled) {
      put(TILE_WIDTH, LONG, part.width());
      put(TILE_HEIGHT, LONG, part.height());
    } else {
      put(ROWS_PER_STRIP, LONG, rows);
    }
    collect(
        isTiled ? TILE_OFFSETS : STRIP_OFFSETS,
        isTiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS,
        part);
  }

  private void requireFit(Size part, long bytesPerPixel) throws ImageRejectedException {
    long most = Math.max(TILE_BYTES_LEAST, 2 * saturated(size.pixels(), bytesPerPixel));
    boolean isEmpty = part.width() < 1 || part.height() < 1;
    if (isEmpty || saturated(part.pixels(), bytesPerPixel) > most) {
      throw ImageRejectedException.corrupt(
          "TIFF part: %s of a picture of %s (expected: not much larger)".formatted(part, size));
    }
  }

  private static long saturated(long pixels, long bytes) {
    return Math.multiplyHigh(pixels, bytes) == 0 && pixels * bytes >= 0
        ? Math.min(pixels * bytes, Long.MAX_VALUE / 4)
        : Long.MAX_VALUE / 4;
  }

  /** Copies as many parts as the picture has, however many are listed. */
  private void collect(int offsetsTag, int countsTag, Size part) throws ImageRejectedException {
    long across = Math.ceilDiv(size.width(), part.width());
    long down = Math.ceilDiv(size.height(), part.height());
    long planes = directory.value(PLANAR, 1) == SEPARATE ? samples : 1;
    long expected = saturated(saturated(across, down), planes);
    if (expected > PARTS_MAX || directory.count(offsetsTag) < expected) {
      throw ImageRejectedException.corrupt(
          "TIFF parts: %d (expected: %d, at most %d)"
              .formatted(directory.count(offsetsTag), expected, PARTS_MAX));
    }
    int[] lengths = new int[(int) expected];
    long all = 0;
    for (int i = 0; i < lengths.length; i++) {
      Bytes bytes = part(offsetsTag, countsTag, i);
      all += bytes.size();
      if (all > directory.file().size()) {
        throw ImageRejectedException.corrupt(
            "TIFF parts: more than %d bytes (expected: at most as many as the file has)"
                .formatted(directory.file().size()));
      }
      if (compression == JPEG) {
        requireJpeg(bytes, part);
      }
      lengths[i] = bytes.size();
      parts.write(bytes.array(), bytes.offset(), bytes.size());
    }
    place(offsetsTag, countsTag, lengths);
  }

  private Bytes part(int offsetsTag, int countsTag, int index) throws ImageRejectedException {
    long from = directory.value(offsetsTag, index, 0);
    Bytes file = directory.file();
    return file.slice(from, directory.value(countsTag, index, file.size() - from));
  }

  private void requireJpeg(Bytes bytes, Size part) throws ImageRejectedException {
    JpegStructure jpeg = JpegStructure.of(bytes);
    if (jpeg.size().width() > part.width() || jpeg.size().height() > part.height()) {
      throw ImageRejectedException.corrupt(
          "TIFF part: a JPEG file of %s (expected: at most %s)".formatted(jpeg.size(), part));
    }
    passes = Math.max(passes, jpeg.scans());
  }

  /** Offsets follow from how large the directory is, which they are part of. */
  private void place(int offsetsTag, int countsTag, int[] lengths) {
    FileBytes counts = new FileBytes(directory.order());
    for (int length : lengths) {
      counts.u32(length);
    }
    fields.put(countsTag, new Field(LONG, lengths.length, counts.done()));
    fields.put(offsetsTag, new Field(LONG, lengths.length, new byte[4 * lengths.length]));
    FileBytes offsets = new FileBytes(directory.order());
    long at = directoryEnd();
    for (int length : lengths) {
      offsets.u32(at);
      at += length;
    }
    fields.put(offsetsTag, new Field(LONG, lengths.length, offsets.done()));
  }

  private long directoryEnd() {
    long end = 8 + 2 + 12L * fields.size() + 4;
    for (Field field : fields.values()) {
      end += field.values().length > 4 ? even(field.values().length) : 0;
    }
    return end;
  }

  private static int even(int length) {
    return length + (length & 1);
  }

  private Bytes file() {
    FileBytes file = new FileBytes(directory.order());
    file.ascii(directory.order() == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").u16(42).u32(8);
    file.u16(fields.size());
    long at = 8 + 2 + 12L * fields.size() + 4;
    FileBytes values = new FileBytes(directory.order());
    for (var each : fields.entrySet()) {
      Field field = each.getValue();
      file.u16(each.getKey()).u16(field.type()).u32(field.count());
      if (field.values().length > 4) {
        file.u32(at);
        values.bytes(field.values()).bytes(new byte[field.values().length & 1]);
        at += even(field.values().length);
      } else {
        file.bytes(field.values()).bytes(new byte[4 - field.values().length]);
      }
    }
    file.u32(0).bytes(values.done()).bytes(parts.toByteArray());
    return new Bytes(file.done());
  }

  private void requireCount(int tag, int most) throws ImageRejectedException {
    if (directory.count(tag) > most) {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d with %d values (expected: at most %d)"
              .formatted(tag, directory.count(tag), most));
    }
  }

  /** A field of whole numbers in the one type that every reader takes. */
  private void copy(int tag, int type, int most) throws ImageRejectedException {
    requireCount(tag, most);
    int count = (int) directory.count(tag);
    if (count > 0) {
      FileBytes values = new FileBytes(directory.order());
      for (int i = 0; i < count; i++) {
        number(values, tag, type, directory.value(tag, i, 0));
      }
      fields.put(tag, new Field(type, count, values.done()));
    }
  }

  private void put(int tag, int type, long value) throws ImageRejectedException {
    FileBytes values = new FileBytes(directory.order());
    number(values, tag, type, value);
    fields.put(tag, new Field(type, 1, values.done()));
  }

  private static void number(FileBytes values, int tag, int type, long value)
      throws ImageRejectedException {
    if (type == LONG) {
      values.u32(value);
    } else if (value < 1 << 16) {
      values.u16((int) value);
    } else {
      throw ImageRejectedException.corrupt(
          "TIFF field: %d is %d (expected: below 65536)".formatted(tag, value));
    }
  }

  private static byte[] copied(Bytes bytes) {
    byte[] copy = new byte[bytes.size()];
    System.arraycopy(bytes.array(), bytes.offset(), copy, 0, copy.length);
    return copy;
  }

  /** Bytes of a file, with numbers in its order. */
  private static final class FileBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean isLittle;

    FileBytes(ByteOrder order) {
      this.isLittle = order == ByteOrder.LITTLE_ENDIAN;
    }

    FileBytes u16(int value) {
      out.write(isLittle ? value : value >> 8);
      out.write(isLittle ? value >> 8 : value);
      return this;
    }

    FileBytes u32(long value) {
      int high = (int) (value >> 16);
      return isLittle ? u16((int) value).u16(high) : u16(high).u16((int) value);
    }

    FileBytes ascii(String text) {
      text.chars().forEach(out::write);
      return this;
    }

    FileBytes bytes(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] done() {
      return out.toByteArray();
    }
  }
}

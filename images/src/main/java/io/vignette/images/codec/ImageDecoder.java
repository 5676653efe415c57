package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageLimits;
import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Decodes any supported picture to the RGB pixels the reference processor sees: first frame or
 * page, upright by its EXIF orientation, alpha dropped, colour profile ignored.
 *
 * <p>Thread-safe. Works in the caller's thread and takes processor time: call it on a bounded pool.
 * Type and size are checked on the header, before anything is decoded.
 */
public final class ImageDecoder {
  /**
   * Longest side, that of the largest JPEG. Resizing needs memory and time for each sample of a
   * side, however few pixels there are.
   */
  private static final int SIDE_MAX = 65_535;

  /** Progressive JPEGs take about ten. */
  private static final int PASSES_MAX = 20;

  private static final int TABLE_KIBIBYTES_MAX = (int) (LosslessStructure.TABLE_BYTES_MAX / 1024);

  /**
   * Memory for tables of pictures that are decoded at once: of one at least. A picture of few
   * pixels may have as many tables as one of many.
   */
  private final Semaphore tableKibibytes =
      new Semaphore(
          (int)
              Math.clamp(
                  Runtime.getRuntime().maxMemory() / 1024 / 4,
                  TABLE_KIBIBYTES_MAX,
                  Integer.MAX_VALUE),
          true);

  private final Map<ImageFormat, PictureFormat> formats = new EnumMap<>(ImageFormat.class);
  private final boolean hasLibturbojpeg;

  public ImageDecoder() {
    this(TurboJpeg.find());
  }

  /** With this fast decoder of JPEGs, or without. */
  ImageDecoder(Optional<TurboJpeg> turbo) {
    hasLibturbojpeg = turbo.isPresent();
    formats.put(ImageFormat.JPEG, new Jpeg(turbo));
    formats.put(ImageFormat.PNG, new Png());
    formats.put(ImageFormat.BMP, new Bmp());
    formats.put(ImageFormat.GIF, new Gif());
    formats.put(ImageFormat.WEBP, new Webp());
    formats.put(ImageFormat.TIFF, new Tiff());
  }

  /**
   * Whether JPEGs are decoded by libturbojpeg; else they take about three times as long, and none
   * is ever reduced.
   */
  public boolean hasLibturbojpeg() {
    return hasLibturbojpeg;
  }

  /**
   * The picture in the bytes.
   *
   * @throws ImageRejectedException with {@code image.empty}, {@code image.too_large}, {@code
   *     image.unsupported_type}, {@code image.too_many_pixels} or {@code image.corrupt}
   */
  public DecodedImage decode(byte[] bytes, ImageLimits limits) throws ImageRejectedException {
    return decode(bytes, limits, Optional.empty(), () -> {});
  }

  /**
   * The same, perhaps reduced.
   *
   * @param target what the picture will be resized to; empty: not to be reduced
   * @param begins run when nothing keeps the picture from being decoded any more: it is within the
   *     limits and has waited for those that take much memory. What it throws is thrown on
   */
  public DecodedImage decode(
      byte[] bytes, ImageLimits limits, Optional<TargetSize> target, Runnable begins)
      throws ImageRejectedException {
    if (bytes.length > limits.maxBytes()) {
      throw ImageRejectedException.tooLarge(String.valueOf(bytes.length), limits.maxBytes());
    }
    ImageFormat type = Sniffer.sniff(bytes);
    PictureFormat format = formats.get(type);
    if (format == null) {
      throw new IllegalStateException("decoder: none for " + type);
    }
    Picture picture = format.open(new Bytes(bytes));
    requireFewPixels(picture.size(), limits.maxPixels());
    requireFewPasses(picture, limits.maxPixels());
    requireSmallRaster(picture, limits.maxRasterBytes());
    int kibibytes = (int) (picture.tables().bytes() / 1024);
    if (kibibytes == 0) { // It would wait behind those that need some.
      return decode(picture, target, begins);
    }
    tableKibibytes.acquireUninterruptibly(kibibytes);
    try {
      return decode(picture, target, begins);
    } finally {
      tableKibibytes.release(kibibytes);
    }
  }

  private static DecodedImage decode(Picture picture, Optional<TargetSize> target, Runnable begins)
      throws ImageRejectedException {
    begins.run();
    Orientation orientation = picture.orientation();
    Size upright = orientation.upright(picture.size());
    int divisor = target.map(wanted -> wanted.divisorFor(upright)).orElse(1);
    return orientation.upright(picture.decode(divisor));
  }

  private static void requireFewPixels(Size size, long limit) throws ImageRejectedException {
    if (size.width() < 1 || size.height() < 1) {
      throw ImageRejectedException.corrupt(
          "image dimensions: " + size + " (expected: at least 1x1)");
    }
    if (Math.max(size.width(), size.height()) > SIDE_MAX) {
      throw new ImageRejectedException(
          Reason.IMAGE_TOO_MANY_PIXELS,
          "image dimensions: %s (expected: sides of at most %d)".formatted(size, SIDE_MAX));
    }
    if (size.pixels() > limit) {
      throw new ImageRejectedException(
          Reason.IMAGE_TOO_MANY_PIXELS,
          "image dimensions: %s, %d pixels (expected: at most %d)"
              .formatted(size, size.pixels(), limit));
    }
  }

  /** A picture of the most pixels may take {@link #PASSES_MAX}, a smaller one more. */
  private static void requireFewPasses(Picture picture, long limit) throws ImageRejectedException {
    long allowed = limit * PASSES_MAX / picture.size().pixels();
    if (picture.passes() > allowed) {
      throw new ImageRejectedException(
          Reason.IMAGE_TOO_MANY_PIXELS,
          "image dimensions: %s in %d scans (expected: at most %d of so many pixels)"
              .formatted(picture.size(), picture.passes(), allowed));
    }
  }

  private static void requireSmallRaster(Picture picture, long limit)
      throws ImageRejectedException {
    long bytes = picture.size().pixels() * picture.rasterBytesPerPixel();
    if (bytes > limit) {
      throw new ImageRejectedException(
          Reason.IMAGE_TOO_MANY_PIXELS,
          "image dimensions: %s, %d bytes decoded at %d a pixel (expected: at most %d)"
              .formatted(picture.size(), bytes, picture.rasterBytesPerPixel(), limit));
    }
  }
}

package io.vignette.images.codec;

import io.vignette.images.ImageRejectedException;
import io.vignette.wire.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/**
 * The border to Image I/O: one reader of one format, chosen by its provider so that other plug-ins
 * on the class path change nothing.
 *
 * <p>Thread-safe; makes a reader for each picture. Image I/O's readers answer bad data with checked
 * and unchecked exceptions alike: both become {@code image.corrupt} here, and nowhere else.
 */
final class StandardReader {
  private final ImageReaderSpi provider;

  StandardReader(ImageReaderSpi provider) {
    this.provider = provider;
  }

  /** The reader that comes with the Java platform. */
  static StandardReader ofPlatform(String format) {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class,
                candidate -> isPlatformReader((ImageReaderSpi) candidate, format),
                true);
    if (!providers.hasNext()) {
      throw new IllegalStateException("image reader: none for " + format + " in this Java runtime");
    }
    return new StandardReader(providers.next());
  }

  private static boolean isPlatformReader(ImageReaderSpi provider, String format) {
    return provider.getClass().getModule() == ImageReaderSpi.class.getModule()
        && List.of(provider.getFormatNames()).contains(format);
  }

  /**
   * The first picture in the file, as stored.
   *
   * @param size as the limits were held against it. A reader that finds another one is not let
   *     begin: it takes memory by its own.
   */
  BufferedImage image(Bytes file, Size size) throws ImageRejectedException {
    return image(new BytesImageInputStream(file), size);
  }

  /**
   * The same of a file that is made while it is read.
   *
   * @param file is closed
   */
  BufferedImage image(ImageInputStream file, Size size) throws ImageRejectedException {
    return read(file, size, reader -> reader.read(0));
  }

  /**
   * The first picture's samples before any colour conversion.
   *
   * @param size as for {@link #image}
   */
  Raster raster(Bytes file, Size size) throws ImageRejectedException {
    return read(new BytesImageInputStream(file), size, reader -> reader.readRaster(0, null));
  }

  private <T> T read(ImageInputStream file, Size size, Reading<T> reading)
      throws ImageRejectedException {
    ImageReader reader = null;
    try (ImageInputStream stream = file) {
      reader = provider.createReaderInstance();
      reader.setInput(stream, true, true);
      requireSize(reader, size);
      return reading.read(reader);
    } catch (IOException | RuntimeException e) {
      if (e.getCause() instanceof ImageRejectedException rejected) {
        throw rejected; // Of our own, by way of the stream.
      }
      throw new ImageRejectedException(
          Reason.IMAGE_CORRUPT,
          "image data: %s (expected: a %s picture that can be decoded)"
              .formatted(said(e), provider.getFormatNames()[0]),
          e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static void requireSize(ImageReader reader, Size size)
      throws IOException, ImageRejectedException {
    Size found = new Size(reader.getWidth(0), reader.getHeight(0));
    if (!found.equals(size)) {
      throw ImageRejectedException.corrupt(
          "image dimensions: %s for the decoder (expected: %s as in the header)"
              .formatted(found, size));
    }
  }

  private static String said(Exception e) {
    if (!(e instanceof IOException)) {
      return "damaged"; // The decoder stumbled: what it says is about itself.
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  /** One way of reading. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(ImageReader reader) throws IOException;
  }
}

package io.vignette.images.codec;

import io.vignette.images.DecodedImage;
import io.vignette.images.ImageRejectedException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The fast decoder of JPEGs: libturbojpeg of the operating system, where there is one. It never has
 * the last word: what it doesn't decode without a warning is left to the platform's decoder, so
 * that the pixels of files that are not damaged are the same with and without it, and refusals too:
 * but for files without Huffman tables, for which it has the standard ones.
 *
 * <p>Thread-safe. Sessions are lent from a pool with one for every processor; who finds none idle
 * gets nothing and so goes the platform's way.
 */
final class TurboJpeg {
  /** System property: the library's file, or {@value #OFF}. */
  static final String PROPERTY = "vignette.images.turbojpeg";

  static final String OFF = "off";

  private static final List<String> FILES =
      List.of(
          "libturbojpeg.so.0",
          "libturbojpeg.0.dylib",
          "/opt/homebrew/lib/libturbojpeg.0.dylib",
          "/usr/local/lib/libturbojpeg.0.dylib");

  private final BlockingQueue<TurboJpegSession> idle;

  private TurboJpeg(TurboJpegLibrary library, int sessions) {
    idle = new ArrayBlockingQueue<>(sessions);
    for (int i = 0; i < sessions; i++) {
      idle.add(new TurboJpegSession(library));
    }
  }

  /** As the system property says; without it, the first of the usual files that is there. */
  static Optional<TurboJpeg> find() {
    return find(System.getProperty(PROPERTY));
  }

  /** The named library; null: the first of the usual ones. Only a named one is missed. */
  static Optional<TurboJpeg> find(@Nullable String wanted) {
    if (OFF.equals(wanted)) {
      return Optional.empty();
    }
    for (String file : wanted == null ? FILES : List.of(wanted)) {
      try {
        int sessions = Runtime.getRuntime().availableProcessors();
        return Optional.of(new TurboJpeg(TurboJpegLibrary.load(file), sessions));
      } catch (UnusableLibraryException e) {
        if (wanted != null) {
          System.getLogger(TurboJpeg.class.getName())
              .log(Level.WARNING, "{0}; JPEGs are left to the built-in decoder", e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The pixels as stored, the sides divided; empty: ask the platform's decoder.
   *
   * @param divisor 1, 2, 4 or 8
   */
  Optional<DecodedImage> decode(JpegStructure structure, int divisor)
      throws ImageRejectedException {
    if (structure.components() > 3) {
      return Optional.empty();
    }
    TurboJpegSession session = idle.poll();
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.decode(structure.essentialsNamingColours(), structure.size(), divisor);
    } finally {
      idle.add(session);
    }
  }
}
